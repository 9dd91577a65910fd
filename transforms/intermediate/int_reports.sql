-- One row per report of a sale, a refund, a dispute, an outcome of a dispute, a payout or the reversal of a payout; the same one may be reported again.
with payments as (
  select id, sale_id, 'one_time' as license_type, asset_id, developer_id, amount, currency, timestamp, loaded_at
  from raw.license_purchased
  union all
  select id, sale_id, 'subscription' as license_type, asset_id, developer_id, amount, currency, timestamp, loaded_at
  from raw.subscription_started
  union all
  select id, sale_id, 'subscription' as license_type, asset_id, developer_id, amount, currency, timestamp, loaded_at
  from raw.subscription_renewed
)
select
  'sale' as fact_kind,
  sale_id as fact_id,
  id as message_id,
  sale_id,
  license_type,
  asset_id,
  developer_id,
  cast(null as string) as creator_id,
  cast(null as string) as payout_id,
  cast(null as string) as payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  cast(null as string) as dispute_outcome,
  cast(null as string) as account_id_stripe,
  cast(null as string) as transfer_id_stripe,
  cast(null as string) as payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from payments
union all
select
  'refund' as fact_kind,
  refund_id as fact_id,
  id as message_id,
  sale_id,
  cast(null as string) as license_type,
  cast(null as string) as asset_id,
  cast(null as string) as developer_id,
  cast(null as string) as creator_id,
  cast(null as string) as payout_id,
  cast(null as string) as payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  cast(null as string) as dispute_outcome,
  cast(null as string) as account_id_stripe,
  cast(null as string) as transfer_id_stripe,
  cast(null as string) as payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from raw.license_refunded
union all
select
  'dispute' as fact_kind,
  dispute_id as fact_id,
  id as message_id,
  sale_id,
  cast(null as string) as license_type,
  cast(null as string) as asset_id,
  cast(null as string) as developer_id,
  cast(null as string) as creator_id,
  cast(null as string) as payout_id,
  cast(null as string) as payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  cast(null as string) as dispute_outcome,
  cast(null as string) as account_id_stripe,
  cast(null as string) as transfer_id_stripe,
  cast(null as string) as payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from raw.dispute_opened
union all
select
  'outcome' as fact_kind,
  dispute_id as fact_id,
  id as message_id,
  cast(null as string) as sale_id,
  cast(null as string) as license_type,
  cast(null as string) as asset_id,
  cast(null as string) as developer_id,
  cast(null as string) as creator_id,
  cast(null as string) as payout_id,
  cast(null as string) as payout_period,
  null as amount,
  cast(null as string) as currency,
  dispute_outcome,
  cast(null as string) as account_id_stripe,
  cast(null as string) as transfer_id_stripe,
  cast(null as string) as payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from raw.dispute_closed
union all
select
  'payout' as fact_kind,
  payout_id as fact_id,
  id as message_id,
  cast(null as string) as sale_id,
  cast(null as string) as license_type,
  cast(null as string) as asset_id,
  cast(null as string) as developer_id,
  creator_id,
  payout_id,
  payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  cast(null as string) as dispute_outcome,
  account_id_stripe,
  transfer_id_stripe,
  payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from raw.payout_sent
union all
select
  'payout_reversal' as fact_kind,
  reversal_id_stripe as fact_id,
  id as message_id,
  cast(null as string) as sale_id,
  cast(null as string) as license_type,
  cast(null as string) as asset_id,
  cast(null as string) as developer_id,
  creator_id,
  payout_id,
  payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  cast(null as string) as dispute_outcome,
  account_id_stripe,
  transfer_id_stripe,
  payout_rail,
  timestamp as occurred_at,
  loaded_at as recorded_at
from raw.payout_reversed
