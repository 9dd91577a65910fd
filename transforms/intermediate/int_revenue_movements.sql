-- One row per movement of revenue: a sale or use, a refund, a lost dispute; with the period it is booked in.
-- Amounts taken back beyond what was paid (a lost dispute over a refunded sale) are the platform's loss.
-- A sale or use without terms or fee has no value here; the check of int_rated_events stops the build.
with reductions as (
  select refund_id as movement_id, 'refund' as movement_kind, 'refund' as assigned_kind, sale_id, amount, currency, occurred_at, recorded_at
  from tantieme.stg_rudder__refunds
  union all
  select disputes.dispute_id as movement_id, 'adjustment' as movement_kind, 'outcome' as assigned_kind, disputes.sale_id, disputes.amount, disputes.currency, outcomes.occurred_at, outcomes.recorded_at
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
  where outcomes.dispute_outcome = 'lost'
),
running as (
  select
    *,
    sum(amount) over (partition by sale_id order by recorded_at, occurred_at, movement_id rows between unbounded preceding and current row) as amount_taken
  from reductions
),
rated_events as (
  select revenue_event_id, revenue_event_kind, amount, currency, occurred_at
  from tantieme.int_rated_events
  where terms_id is not null and fee_bps is not null
),
movements as (
  select revenue_event_id as movement_id, 'earning' as movement_kind, revenue_event_kind as assigned_kind, revenue_event_id, fn.to_numeric('0') as amount_before, amount as amount_after, currency, occurred_at
  from rated_events
  union all
  select
    running.movement_id,
    running.movement_kind,
    running.assigned_kind,
    rated_events.revenue_event_id,
    case when running.amount_taken - running.amount > rated_events.amount then fn.to_numeric('0') else rated_events.amount - (running.amount_taken - running.amount) end as amount_before,
    case when running.amount_taken > rated_events.amount then fn.to_numeric('0') else rated_events.amount - running.amount_taken end as amount_after,
    running.currency,
    running.occurred_at
  from running
  join rated_events on rated_events.revenue_event_id = running.sale_id and rated_events.revenue_event_kind = 'sale'
)
select
  movements.movement_id,
  movements.movement_kind,
  movements.revenue_event_id,
  movements.amount_before,
  movements.amount_after,
  movements.currency,
  movements.occurred_at,
  assignments.earned_period,
  assignments.period
from movements
join tantieme.int_period_assignments as assignments
  on assignments.assigned_id = movements.movement_id and assignments.assigned_kind = movements.assigned_kind
