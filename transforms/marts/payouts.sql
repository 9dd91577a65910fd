-- One row a payout that was sent, in the period in whose books it stands.
select
  payouts.payout_id,
  payouts.creator_id,
  payouts.payout_period,
  payouts.amount,
  payouts.currency,
  payouts.account_id_stripe,
  payouts.transfer_id_stripe,
  payouts.occurred_at,
  bookings.period
from tantieme.stg_rudder__payouts as payouts
join tantieme.int_bookings as bookings on bookings.booked_id = payouts.payout_id and bookings.booking_kind = 'payout'
