-- One row per reversal of a payout, as first recorded.
with first_recorded as (
  select *
  from raw.payout_reversed
  where reversal_id_stripe is not null
  qualify row_number() over (partition by reversal_id_stripe order by loaded_at, id) = 1
)
select
  reversal_id_stripe,
  payout_id,
  creator_id,
  payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  account_id_stripe,
  transfer_id_stripe,
  payout_rail,
  coalesce(is_rejection, false) as is_rejection,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
