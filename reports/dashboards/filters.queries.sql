-- currencies: Currencies, those first in which most assets earned on most days.
select currency
from tantieme.daily_money
group by currency
order by count(*) desc, currency;

-- periods: Periods with books or activity, the latest first.
select distinct period
from (
  select period from tantieme.period_totals
  union all
  select period from tantieme.daily_activity
) as known
order by period desc;
