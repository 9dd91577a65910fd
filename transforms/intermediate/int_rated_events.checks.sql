-- terms_and_fee_in_force (by period): Every sale and use has terms and a platform fee that were in force when it happened.
select rated_events.revenue_event_id, rated_events.asset_id, rated_events.license_type, assignments.period
from tantieme.int_rated_events as rated_events
join tantieme.int_period_assignments as assignments
  on assignments.assigned_id = rated_events.revenue_event_id
  and assignments.assigned_kind = rated_events.revenue_event_kind
where rated_events.terms_id is null
  or rated_events.fee_bps is null
  or rated_events.amount is null
  or rated_events.currency is null;
