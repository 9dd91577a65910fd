-- One row per thing that a bank has said, as first recorded.
with first_recorded as (
  select *
  from raw.bank_entry_recorded
  where bank_entry_id is not null
  qualify row_number() over (partition by bank_entry_id order by loaded_at, id) = 1
)
select
  bank_entry_id,
  bank_entry_kind,
  fn.try_numeric(bank_amount) as bank_amount,
  currency,
  creator_id,
  payout_id,
  detail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
