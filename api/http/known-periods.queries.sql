-- known_periods: Every period that is closed, and every one from the first closed on that has events. Uses are grouped by day first,
-- because naming the month of each would take long.
with used as (
  select min(timestamp) as used_at
  from raw.asset_used
  group by fn.day_number(timestamp)
),
happened as (
  select distinct fn.month_of(used_at) as period
  from used
  union distinct
  select distinct period
  from tantieme.int_period_assignments
),
known as (
  select period, true as is_closed
  from ledger.closes
  union all
  select period, false as is_closed
  from happened
  where period >= coalesce((select min(period) from ledger.closes), '0001-01')
)
select period, max(is_closed) as is_closed
from known
where period is not null
group by period
order by period;
