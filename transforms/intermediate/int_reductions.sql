-- One row per refund, dispute and outcome of a dispute that falls in the period or was in suspense before it, with the sale it is about.
with reported as (
  select
    'refund' as fact_kind,
    refunds.refund_id as fact_id,
    refunds.sale_id,
    refunds.amount,
    refunds.currency,
    cast(null as string) as dispute_outcome,
    true as is_dispute_known,
    refunds.occurred_at,
    refunds.recorded_at
  from tantieme.stg_rudder__refunds as refunds
  union all
  select
    'dispute' as fact_kind,
    disputes.dispute_id as fact_id,
    disputes.sale_id,
    disputes.amount,
    disputes.currency,
    cast(null as string) as dispute_outcome,
    true as is_dispute_known,
    disputes.occurred_at,
    disputes.recorded_at
  from tantieme.stg_rudder__disputes as disputes
  union all
  select
    'outcome' as fact_kind,
    outcomes.dispute_id as fact_id,
    disputes.sale_id,
    disputes.amount,
    disputes.currency,
    outcomes.dispute_outcome,
    disputes.dispute_id is not null as is_dispute_known,
    outcomes.occurred_at,
    outcomes.recorded_at
  from tantieme.stg_rudder__dispute_outcomes as outcomes
  left join tantieme.stg_rudder__disputes as disputes on disputes.dispute_id = outcomes.dispute_id
)
select reported.*, fn.month_of(reported.occurred_at) as earned_period, suspended.suspended_period
from reported
left join tantieme.suspended_facts as suspended
  on suspended.fact_id = reported.fact_id and suspended.fact_kind = reported.fact_kind and suspended.period = $previous_period
where suspended.fact_id is not null
  or (reported.occurred_at < $ends_at and (reported.occurred_at >= $starts_at or reported.recorded_at >= $late_from_at))
