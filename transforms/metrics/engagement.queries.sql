-- active_developers: Developers who bought or used something in the period.
select period, cast(sum(active_count) as int64) as metric_value
from tantieme.developer_retention
group by period;

-- licences_per_developer: Payments for licences and subscriptions for each developer who bought or used something in the period.
select sold.period, fn.ratio_ppm(sold.sale_count, active.active_count) as metric_value
from (
  select period, sum(sale_count) as sale_count
  from tantieme.developer_spend
  group by period
) as sold
join (
  select period, sum(active_count) as active_count
  from tantieme.developer_retention
  group by period
) as active on active.period = sold.period
where active.active_count > 0;

-- average_licence_value: What a licence or a payment for a subscription costs on average, before refunds, without tax.
select period, currency, fn.ratio_ppm(sum(sold_amount), sum(sale_count)) as metric_value
from (
  select period, currency, sold_amount, 0 as sale_count
  from tantieme.daily_money
  where license_type <> 'metered'
  union all
  select period, currency, 0 as sold_amount, sale_count
  from tantieme.developer_spend
) as sold
group by period, currency
having sum(sale_count) > 0;

-- developer_retention: The share of the developers of the period before who bought or used something in this period too.
select period, fn.ratio_ppm(sum(case when active_before_count = 1 then active_count else 0 end), sum(active_before_count)) as metric_value
from tantieme.developer_retention
group by period
having sum(active_before_count) > 0;

-- developer_churn: The share of the developers of the period before who bought and used nothing in this period.
select period, fn.ratio_ppm(sum(case when active_count = 0 then active_before_count else 0 end), sum(active_before_count)) as metric_value
from tantieme.developer_retention
group by period
having sum(active_before_count) > 0;

-- royalty_concentration: The share of the ten creators with the highest royalties of the period in the royalties of all.
-- Creators from whom the period takes back more than it credits are left out.
select period, currency, fn.ratio_ppm(sum(case when creator_rank <= 10 then royalty_amount else 0 end), sum(royalty_amount)) as metric_value
from (
  select
    period,
    currency,
    royalty_amount,
    row_number() over (partition by period, currency order by royalty_amount desc, creator_id) as creator_rank
  from (
    select period, currency, creator_id, sum(royalty_amount) as royalty_amount
    from tantieme.royalties
    group by period, currency, creator_id
  ) as earned
  where royalty_amount > 0
) as ranked
group by period, currency;
