-- currencies: Currencies by the number of payments in them, the most first.
select currency
from tantieme.developer_spend
group by currency
order by sum(sale_count) desc, currency;

-- periods: Periods with books or activity, the latest first.
select distinct period
from (
  select period from tantieme.period_totals
  union all
  select period from tantieme.daily_activity
) as known
order by period desc;
