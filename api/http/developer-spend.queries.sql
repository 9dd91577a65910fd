-- spend_of_developer: What a developer used and paid between two instants, by day, asset and kind. What was loaded before the third instant is not read.
-- Metered use is priced by the newest terms of its time, and a refund has no asset; one that failed is left out. Of what was reported twice, the first
-- report counts. The fifth parameter: `line` for each day, asset and kind by itself; `total` for the sums of the days, and of the assets and kinds.
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
),
groupings as (
  select 'line' as grouped_by
  union all
  select 'day' as grouped_by
  union all
  select 'asset' as grouped_by
),
divided as (
  select
    groupings.grouped_by,
    case when groupings.grouped_by <> 'asset' then spent.spent_on end as spent_on,
    case when groupings.grouped_by <> 'day' then spent.spend_kind end as spend_kind,
    case when groupings.grouped_by <> 'day' then coalesce(spent.asset_id, '') end as asset_id,
    coalesce(spent.currency, '') as currency,
    spent.event_count,
    spent.units,
    spent.amount,
    spent.tax_amount,
    spent.unpriced_count
  from spent
  cross join groupings
  where ($5 = 'line') = (groupings.grouped_by = 'line')
),
summed as (
  select
    grouped_by,
    spent_on,
    spend_kind,
    asset_id,
    currency,
    cast(sum(event_count) as int64) as event_count,
    sum(units) as units,
    sum(amount) as amount,
    sum(tax_amount) as tax_amount,
    cast(sum(unpriced_count) as int64) as unpriced_count
  from divided
  group by grouped_by, spent_on, spend_kind, asset_id, currency
)
select summed.*, assets.asset_title
from summed
left join tantieme.stg_rudder__assets as assets on assets.asset_id = summed.asset_id
order by summed.grouped_by, summed.spent_on, summed.spend_kind, summed.asset_id, summed.currency
limit 10001;
