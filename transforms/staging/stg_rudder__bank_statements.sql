-- One row per statement of an account of the platform at a bank, as first recorded. It occurred on its last day.
with first_recorded as (
  select *
  from raw.bank_statement_recorded
  where bank_statement_id is not null
  qualify row_number() over (partition by bank_statement_id order by loaded_at, id) = 1
)
select
  bank_statement_id,
  own_bank_account,
  currency,
  fn.try_numeric(statement_opening_amount) as statement_opening_amount,
  fn.try_numeric(statement_closing_amount) as statement_closing_amount,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
