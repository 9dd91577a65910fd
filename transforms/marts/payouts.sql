-- One row per payout that is booked in the period. One that does not say which period it pays, or to which account, was still paid.
with booked as (
  select *
  from steps.int_payouts
  where exception_reason is null
)
select
  $period as period,
  payout_id,
  creator_id,
  coalesce(payout_period, $period) as payout_period,
  amount,
  currency,
  coalesce(account_id_stripe, 'unknown') as account_id_stripe,
  coalesce(transfer_id_stripe, 'unknown') as transfer_id_stripe,
  occurred_at,
  recorded_at
from booked
