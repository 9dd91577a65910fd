-- One row per refund, dispute and outcome of a dispute that is booked in the period or was in suspense before it, with the sale it is about;
-- and per refund and outcome of an earlier period that a correction takes back (is_released) or books again, at the time of the correction.
with disputes as (
  select fact_id, sale_id, amount, currency
  from steps.int_first_reports
  where fact_kind = 'dispute'
),
corrected as (
  select facts.fact_kind, facts.fact_id, voided.correction_id, voided.is_voided, voided.occurred_at, voided.recorded_at
  from steps.int_first_reports as facts
  join steps.int_voided_facts as voided on voided.fact_id = facts.fact_id and voided.fact_kind = facts.fact_kind
  where voided.was_voided <> voided.is_voided
    and facts.fact_kind in ('refund', 'outcome')
    and not facts.is_due
    and facts.occurred_at < $ends_at
)
select
  facts.fact_kind,
  facts.fact_id,
  case when facts.fact_kind = 'outcome' then disputes.sale_id else facts.sale_id end as sale_id,
  case when facts.fact_kind = 'outcome' then disputes.amount else facts.amount end as amount,
  case when facts.fact_kind = 'outcome' then disputes.currency else facts.currency end as currency,
  facts.dispute_outcome,
  facts.fact_kind <> 'outcome' or disputes.fact_id is not null as is_dispute_known,
  corrected.correction_id,
  coalesce(corrected.is_voided, false) as is_released,
  coalesce(corrected.occurred_at, facts.occurred_at) as occurred_at,
  coalesce(corrected.recorded_at, facts.recorded_at) as recorded_at,
  facts.suspended_period
from steps.int_first_reports as facts
left join corrected on corrected.fact_id = facts.fact_id and corrected.fact_kind = facts.fact_kind
left join disputes on disputes.fact_id = facts.fact_id
where facts.fact_kind in ('refund', 'dispute', 'outcome') and (facts.is_of_period or corrected.fact_id is not null)
