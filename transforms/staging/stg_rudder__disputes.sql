-- One row per dispute, as first recorded.
with first_recorded as (
  select *
  from raw.dispute_opened
  where dispute_id is not null
  qualify row_number() over (partition by dispute_id order by loaded_at, id) = 1
)
select
  dispute_id,
  sale_id,
  fn.try_numeric(amount) as amount,
  fn.try_numeric(tax_amount) as tax_amount,
  currency,
  dispute_id_stripe,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
