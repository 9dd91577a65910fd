-- One row per sale with a dispute that is open at the end of the period: its outcome is not reported, void, in suspense, or of a later
-- period, and the dispute itself is not void.
-- A dispute may have been open for long, so the ids of all disputes and outcomes are read; only those of open disputes are ranked.
with undecided as (
  select fact_id
  from steps.int_judged_reductions
  where fact_kind = 'outcome' and exception_reason is not null
  union distinct
  select fact_id
  from steps.int_first_reports
  where fact_kind = 'outcome' and occurred_at >= $ends_at
  union distinct
  select fact_id
  from steps.int_voided_facts
  where fact_kind = 'outcome' and is_voided
),
decided as (
  select outcomes.dispute_id
  from raw.dispute_closed as outcomes
  left join undecided on undecided.fact_id = outcomes.dispute_id
  where outcomes.timestamp < $ends_at and undecided.fact_id is null
),
first_recorded as (
  select disputes.sale_id, disputes.timestamp
  from raw.dispute_opened as disputes
  left join decided on decided.dispute_id = disputes.dispute_id
  left join steps.int_voided_facts as voided on voided.fact_id = disputes.dispute_id and voided.fact_kind = 'dispute' and voided.is_voided
  where disputes.dispute_id is not null and decided.dispute_id is null and voided.fact_id is null
  qualify row_number() over (partition by disputes.dispute_id order by disputes.loaded_at, disputes.id) = 1
)
select distinct sale_id
from first_recorded
where timestamp < $ends_at and sale_id is not null
