-- licences_of_developer: The licences that a developer bought, the newest first, after the instant and id of the last one of the page before; each with
-- the terms in force when it was bought, and what was refunded of it.
with payments as (
  select id, sale_id, license_id, 'one_time' as license_type, asset_id, amount, currency, timestamp, loaded_at
  from raw.license_purchased
  where developer_id = $1
  union all
  select id, sale_id, subscription_id as license_id, 'subscription' as license_type, asset_id, amount, currency, timestamp, loaded_at
  from raw.subscription_started
  where developer_id = $1
  union all
  select id, sale_id, subscription_id as license_id, 'subscription' as license_type, asset_id, amount, currency, timestamp, loaded_at
  from raw.subscription_renewed
  where developer_id = $1
),
sales as (
  select sale_id, coalesce(license_id, sale_id) as license_id, license_type, asset_id, fn.try_numeric(amount) as amount, currency, timestamp
  from payments
  where sale_id is not null
  qualify row_number() over (partition by sale_id order by loaded_at, id) = 1
),
refunded as (
  select refunds.sale_id, sum(refunds.amount) as amount
  from tantieme.stg_rudder__refunds as refunds
  left join raw.refund_failed as failures on failures.refund_id = refunds.refund_id
  where failures.refund_id is null
  group by refunds.sale_id
),
cancelled as (
  select subscription_id, min(timestamp) as cancelled_at
  from raw.subscription_cancelled
  where developer_id = $1
  group by subscription_id
),
held as (
  select
    sales.license_id,
    sales.license_type,
    sales.asset_id,
    sales.currency,
    min(sales.timestamp) as licensed_at,
    max(sales.timestamp) as last_paid_at,
    count(*) as payment_count,
    sum(sales.amount) as paid_amount,
    sum(refunded.amount) as refunded_amount
  from sales
  left join refunded on refunded.sale_id = sales.sale_id
  group by sales.license_id, sales.license_type, sales.asset_id, sales.currency
),
terms as (
  select
    terms_id,
    asset_id,
    license_type,
    creator_id,
    occurred_at as valid_from_at,
    coalesce(
      lead(occurred_at) over (partition by asset_id, license_type order by occurred_at, terms_id),
      timestamp '9999-12-31 00:00:00+00'
    ) as valid_until_at
  from tantieme.stg_rudder__asset_terms
),
sourced as (
  select
    held.*,
    cancelled.cancelled_at,
    assets.asset_title,
    terms.terms_id,
    coalesce(terms.creator_id, assets.creator_id) as creator_id
  from held
  left join cancelled on cancelled.subscription_id = held.license_id
  left join tantieme.stg_rudder__assets as assets on assets.asset_id = held.asset_id
  left join terms
    on terms.asset_id = held.asset_id
    and terms.license_type = held.license_type
    and terms.valid_from_at <= held.licensed_at
    and terms.valid_until_at > held.licensed_at
  where held.licensed_at < $2 or (held.licensed_at = $2 and held.license_id > $3)
)
select
  sourced.license_id,
  sourced.license_type,
  sourced.asset_id,
  sourced.asset_title,
  sourced.licensed_at,
  sourced.last_paid_at,
  sourced.cancelled_at,
  sourced.payment_count,
  sourced.currency,
  sourced.paid_amount,
  sourced.refunded_amount,
  sourced.terms_id,
  sourced.creator_id,
  creators.creator_name
from sourced
left join tantieme.stg_rudder__creators as creators on creators.creator_id = sourced.creator_id
order by sourced.licensed_at desc, sourced.license_id
limit 1001;

-- consents_of_assets: The consents to the use of these assets, the oldest first, and when each was revoked.
with granted as (
  select consent_receipt_id, asset_id, creator_id, usage_right, timestamp
  from raw.consent_granted
  where consent_receipt_id is not null and fn.is_in_list(asset_id, $1)
  qualify row_number() over (partition by consent_receipt_id order by loaded_at, id) = 1
)
select granted.consent_receipt_id, granted.asset_id, granted.usage_right, granted.timestamp as granted_at, min(revocations.timestamp) as revoked_at
from granted
left join raw.consent_revoked as revocations
  on revocations.consent_receipt_id = granted.consent_receipt_id
  and revocations.creator_id = granted.creator_id
  and revocations.timestamp >= granted.timestamp
group by granted.consent_receipt_id, granted.asset_id, granted.usage_right, granted.timestamp
order by granted.asset_id, granted.timestamp, granted.consent_receipt_id;
