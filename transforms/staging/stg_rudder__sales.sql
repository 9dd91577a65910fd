-- One row per payment for a licence or for one period of a subscription, as first recorded. Few are reported again: only these
-- are ordered by when.
with payments as (
  select id, sale_id, 'one_time' as license_type, asset_id, developer_id, amount, tax_amount, currency, charge_id_stripe, timestamp, loaded_at
  from raw.license_purchased
  union all
  select id, sale_id, 'subscription' as license_type, asset_id, developer_id, amount, tax_amount, currency, charge_id_stripe, timestamp, loaded_at
  from raw.subscription_started
  union all
  select id, sale_id, 'subscription' as license_type, asset_id, developer_id, amount, tax_amount, currency, charge_id_stripe, timestamp, loaded_at
  from raw.subscription_renewed
),
repeated as (
  select sale_id
  from payments
  where sale_id is not null
  group by sale_id
  having count(*) > 1
),
first_recorded as (
  select *
  from payments
  where sale_id is not null and sale_id not in (select sale_id from repeated)
  union all
  select *
  from payments
  where sale_id in (select sale_id from repeated)
  qualify row_number() over (partition by sale_id order by loaded_at, id) = 1
)
select
  sale_id,
  license_type,
  asset_id,
  developer_id,
  fn.try_numeric(amount) as amount,
  fn.try_numeric(tax_amount) as tax_amount,
  currency,
  charge_id_stripe,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
