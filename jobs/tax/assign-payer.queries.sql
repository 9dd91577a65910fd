-- counted: To which creators closed months have credited something from the period $2 on, or paid something from the month $1 on, and the first of them.
with counted as (
  select creator_id, period
  from ledger.statement_lines
  where period >= $2
  union all
  select creator_id, period
  from ledger.payouts
  where fn.month_of(occurred_at) >= $1
  union all
  select creator_id, period
  from ledger.payout_reversals
  where fn.month_of(occurred_at) >= $1
)
select creator_id, min(period) as period
from counted
group by creator_id
order by creator_id;
