-- One row per payout sent, with the period it is booked in.
select
  payouts.payout_id,
  payouts.creator_id,
  payouts.payout_period,
  payouts.amount,
  payouts.currency,
  payouts.account_id_stripe,
  payouts.transfer_id_stripe,
  payouts.occurred_at,
  payouts.recorded_at,
  assignments.period
from tantieme.stg_rudder__payouts as payouts
join tantieme.int_period_assignments as assignments on assignments.assigned_id = payouts.payout_id and assignments.assigned_kind = 'payout'
