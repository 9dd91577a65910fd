-- developer_named: What is known of a developer.
select developer_id, developer_name, country
from tantieme.stg_rudder__developers
where developer_id = $1;

-- newest_period: The newest month that was built; null if none was.
select max(period) as newest_period
from tantieme.period_totals;

-- spend_of_developer: What a developer used and paid between two instants, by day, asset and kind. What was loaded before the third instant is not read.
-- Metered use is priced by the newest terms of its time, and a refund has no asset; one that failed is left out. Of what was reported twice, the first
-- report counts.
with payments as (
  select id, sale_id, 'one_time' as spend_kind, asset_id, amount, tax_amount, currency, timestamp, loaded_at
  from raw.license_purchased
  where developer_id = $1 and loaded_at >= $4
  union all
  select id, sale_id, 'subscription' as spend_kind, asset_id, amount, tax_amount, currency, timestamp, loaded_at
  from raw.subscription_started
  where developer_id = $1 and loaded_at >= $4
  union all
  select id, sale_id, 'subscription' as spend_kind, asset_id, amount, tax_amount, currency, timestamp, loaded_at
  from raw.subscription_renewed
  where developer_id = $1 and loaded_at >= $4
),
sales as (
  select spend_kind, asset_id, fn.try_numeric(amount) as amount, fn.try_numeric(tax_amount) as tax_amount, currency, timestamp
  from payments
  where sale_id is not null
  qualify row_number() over (partition by sale_id order by loaded_at, id) = 1
),
refunds as (
  select refund_id, fn.try_numeric(amount) as amount, fn.try_numeric(tax_amount) as tax_amount, currency, timestamp
  from raw.license_refunded
  where developer_id = $1 and loaded_at >= $4 and refund_id is not null
  qualify row_number() over (partition by refund_id order by loaded_at, id) = 1
),
uses as (
  select asset_id, units, timestamp
  from raw.asset_used
  where developer_id = $1 and loaded_at >= $4 and use_id is not null
  qualify row_number() over (partition by use_id order by loaded_at, id) = 1
),
terms as (
  select
    asset_id,
    currency,
    fn.billionths_of(rate) as rate_billionths,
    occurred_at as valid_from_at,
    coalesce(
      lead(occurred_at) over (partition by asset_id order by occurred_at, terms_id),
      timestamp '9999-12-31 00:00:00+00'
    ) as valid_until_at
  from tantieme.stg_rudder__asset_terms
  where license_type = 'metered'
),
priced as (
  select
    fn.date_of(uses.timestamp) as spent_on,
    uses.asset_id,
    terms.currency,
    fn.try_numeric(uses.units) as units,
    case
      when fn.try_billionths(uses.units) >= 0 and terms.rate_billionths >= 0
        then fn.billionths_product(fn.try_billionths(uses.units), terms.rate_billionths)
    end as amount_billionths
  from uses
  left join terms
    on terms.asset_id = uses.asset_id
    and terms.valid_from_at <= uses.timestamp
    and terms.valid_until_at > uses.timestamp
  where uses.timestamp >= $2 and uses.timestamp < $3
),
spent as (
  select
    spent_on,
    asset_id,
    'metered' as spend_kind,
    currency,
    count(*) as event_count,
    sum(units) as units,
    fn.billionths(sum(fn.upper_bits(amount_billionths))) * 4294967296 + fn.billionths(sum(fn.lower_bits(amount_billionths))) as amount,
    fn.try_numeric(cast(null as string)) as tax_amount,
    sum(case when amount_billionths is null then 1 else 0 end) as unpriced_count
  from priced
  group by spent_on, asset_id, currency
  union all
  select
    fn.date_of(timestamp) as spent_on,
    asset_id,
    spend_kind,
    currency,
    count(*) as event_count,
    fn.try_numeric(cast(null as string)) as units,
    sum(amount) as amount,
    sum(tax_amount) as tax_amount,
    sum(case when amount is null then 1 else 0 end) as unpriced_count
  from sales
  where timestamp >= $2 and timestamp < $3
  group by fn.date_of(timestamp), asset_id, spend_kind, currency
  union all
  select
    fn.date_of(refunds.timestamp) as spent_on,
    cast(null as string) as asset_id,
    'refund' as spend_kind,
    refunds.currency,
    count(*) as event_count,
    fn.try_numeric(cast(null as string)) as units,
    sum(-refunds.amount) as amount,
    sum(-refunds.tax_amount) as tax_amount,
    sum(case when refunds.amount is null then 1 else 0 end) as unpriced_count
  from refunds
  left join raw.refund_failed as failures on failures.refund_id = refunds.refund_id
  where refunds.timestamp >= $2 and refunds.timestamp < $3 and failures.refund_id is null
  group by fn.date_of(refunds.timestamp), refunds.currency
)
select
  spent.spent_on,
  spent.spend_kind,
  coalesce(spent.asset_id, '') as asset_id,
  assets.asset_title,
  coalesce(spent.currency, '') as currency,
  spent.event_count,
  spent.units,
  spent.amount,
  spent.tax_amount,
  cast(spent.unpriced_count as int64) as unpriced_count
from spent
left join tantieme.stg_rudder__assets as assets on assets.asset_id = spent.asset_id
order by spent.spent_on, spent.spend_kind, coalesce(spent.asset_id, ''), coalesce(spent.currency, '')
limit 10001;

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

-- licences_sold: What a creator earned from each sale of a licence that was booked in these periods, the newest sale first, after the instant and
-- id of the last one of the page before.
select
  allocations.period,
  allocations.sale_id,
  allocations.license_type,
  allocations.asset_id,
  assets.asset_title,
  allocations.developer_id,
  developers.developer_name,
  allocations.terms_id,
  allocations.currency,
  allocations.gross_amount,
  allocations.royalty_amount,
  allocations.occurred_at
from tantieme.sale_allocations as allocations
left join tantieme.stg_rudder__assets as assets on assets.asset_id = allocations.asset_id
left join tantieme.stg_rudder__developers as developers on developers.developer_id = allocations.developer_id
where
  allocations.creator_id = $1 and allocations.period >= $2 and allocations.period <= $3 and allocations.movement_kind = 'earning'
  and (allocations.occurred_at < $4 or (allocations.occurred_at = $4 and allocations.sale_id > $5))
order by allocations.occurred_at desc, allocations.sale_id
limit 1001;

-- events_of_developer: The events that name a developer and were loaded or quarantined between two instants, the newest first, after the instant and id of
-- the last one of the page before. The fourth and fifth parameter are how a quarantined message names the developer; the sixth and seventh are a
-- state and the name of an event, or empty.
with landed as (
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.license_purchased
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.subscription_started
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.subscription_renewed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.subscription_cancelled
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.license_refunded
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.refund_failed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.charge_failed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_opened
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_closed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_reopened
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_reversed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.asset_used
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.usage_invoiced
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.developer_signed_up
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.api_key_created
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.sample_requested
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
),
events as (
  select
    id as message_id,
    event_text as event,
    'landed' as outcome,
    timestamp as occurred_at,
    sent_at,
    received_at,
    loaded_at,
    cast(null as string) as reason,
    cast(null as string) as message
  from landed
  union all
  select message_id, event, 'quarantined' as outcome, null as occurred_at, null as sent_at, received_at, loaded_at, reason, message
  from landing.quarantined_events
  where loaded_at >= $2 and loaded_at < $3 and (fn.has_text(message, $4) or fn.has_text(message, $5))
)
select *
from events
where
  ($6 = '' or outcome = $6) and ($7 = '' or event = $7)
  and (loaded_at < $8 or (loaded_at = $8 and message_id > $9))
order by loaded_at desc, message_id
limit 1001;
