-- payers: The payers that creators were assigned to, and from which day on, the latest first.
select creator_id, payer_id, payer_country, fn.date_of(valid_from_at) as valid_from_on, decided_by, occurred_at as decided_at
from tantieme.stg_rudder__creator_payers
order by valid_from_at desc, creator_id;

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
