-- One row per invoice for metered use, as first recorded.
with first_recorded as (
  select *
  from raw.usage_invoiced
  where invoice_id is not null
  qualify row_number() over (partition by invoice_id order by loaded_at, id) = 1
)
select
  invoice_id,
  developer_id,
  usage_period,
  fn.try_numeric(amount) as amount,
  fn.try_numeric(tax_amount) as tax_amount,
  currency,
  charge_id_stripe,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
