-- One row per refund of a sale, as first recorded.
with first_recorded as (
  select *
  from raw.license_refunded
  where refund_id is not null
  qualify row_number() over (partition by refund_id order by loaded_at, id) = 1
)
select
  refund_id,
  sale_id,
  fn.try_numeric(amount) as amount,
  fn.try_numeric(tax_amount) as tax_amount,
  currency,
  refund_id_stripe,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
