-- One row per interval between two closings, with the earliest period open in it; none before the first closing.
with windows as (
  select next_period as period, cutoff_at as valid_from_at, lead(cutoff_at) over (order by period) as valid_until_at
  from ledger.closes
  union all
  select
    max(case when false then next_period end) as period,
    max(case when false then cutoff_at end) as valid_from_at,
    min(cutoff_at) as valid_until_at
  from ledger.closes
)
select period, valid_from_at, valid_until_at
from windows
