-- One row per dispute, with the periods to which its opening and its outcome are assigned.
select
  disputes.dispute_id,
  disputes.sale_id,
  outcomes.dispute_outcome,
  opened.period,
  decided.period as closed_period
from tantieme.stg_rudder__disputes as disputes
join tantieme.int_period_assignments as opened on opened.assigned_id = disputes.dispute_id and opened.assigned_kind = 'dispute'
left join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
left join tantieme.int_period_assignments as decided on decided.assigned_id = disputes.dispute_id and decided.assigned_kind = 'outcome'
