-- gross_revenue: What buyers paid for sales and uses that are booked in the period, before refunds, without tax.
select period, currency, sum(sold_amount) as metric_value
from tantieme.daily_money
group by period, currency;

-- refunds: What buyers got back through refunds, lost disputes and corrections that are booked in the period.
select period, currency, sum(refunds_amount) as metric_value
from tantieme.daily_money
group by period, currency;

-- platform_fees: The platform's fees of the period, less those that refunds took back.
select period, currency, sum(platform_fee_amount) as metric_value
from tantieme.daily_money
group by period, currency;

-- royalties_accrued: What the period credits to creators, to nine decimal places, less what refunds took back.
select period, currency, sum(royalty_amount) as metric_value
from tantieme.daily_money
group by period, currency;

-- take_rate: The platform's fees as a share of what buyers paid, both less refunds.
select period, currency, fn.ratio_ppm(sum(platform_fee_amount), sum(buyers_net_amount)) as metric_value
from tantieme.daily_money
group by period, currency
having sum(buyers_net_amount) <> 0;

-- payouts: Payouts that are booked in the period, less what came back.
select period, currency, sum(paid_out_amount) as metric_value
from tantieme.monthly_balances
group by period, currency;

-- creators_liability: What creators are owed at the end of the period.
select period, currency, sum(owed_amount) as metric_value
from tantieme.monthly_balances
group by period, currency;
