-- One row per refund, dispute and outcome of a dispute that is booked in the period or was in suspense before it, with the sale it is about.
with disputes as (
  select fact_id, sale_id, amount, currency
  from steps.int_first_reports
  where fact_kind = 'dispute'
)
select
  facts.fact_kind,
  facts.fact_id,
  case when facts.fact_kind = 'outcome' then disputes.sale_id else facts.sale_id end as sale_id,
  case when facts.fact_kind = 'outcome' then disputes.amount else facts.amount end as amount,
  case when facts.fact_kind = 'outcome' then disputes.currency else facts.currency end as currency,
  facts.dispute_outcome,
  facts.fact_kind <> 'outcome' or disputes.fact_id is not null as is_dispute_known,
  facts.occurred_at,
  facts.recorded_at,
  fn.month_of(facts.occurred_at) as earned_period,
  facts.suspended_period
from steps.int_first_reports as facts
left join disputes on disputes.fact_id = facts.fact_id
where facts.is_of_period and facts.fact_kind in ('refund', 'dispute', 'outcome')
