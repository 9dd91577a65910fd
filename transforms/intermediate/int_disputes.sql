-- One row a dispute, with the periods in whose books it was opened and decided.
select
  disputes.dispute_id,
  disputes.sale_id,
  outcomes.dispute_outcome,
  opened.period,
  decided.period as closed_period
from tantieme.stg_rudder__disputes as disputes
join tantieme.int_bookings as opened on opened.booked_id = disputes.dispute_id and opened.booking_kind = 'dispute'
left join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
left join tantieme.int_bookings as decided on decided.booked_id = disputes.dispute_id and decided.booking_kind = 'outcome'
