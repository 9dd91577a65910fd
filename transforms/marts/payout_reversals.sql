-- One row per reversal of a payout that is booked in the period: what of a payout came back, and is owed again.
with booked as (
  select *
  from steps.int_payout_reversals
  where is_of_period and exception_reason is null
)
select
  $period as period,
  reversal_id_stripe,
  payout_id,
  creator_id,
  payout_period,
  amount,
  currency,
  coalesce(account_id_stripe, 'unknown') as account_id_stripe,
  transfer_id_stripe,
  occurred_at,
  recorded_at
from booked
