-- One row per line of a statement: what an asset earned under the same terms, in whole minor units by largest remainder, so that the
-- lines of a creator sum to what is owed, with the fraction carried into the month and without the one carried out of it.
with lines as (
  select
    creator_id,
    currency,
    movement_kind as line_kind,
    asset_id,
    license_type,
    terms_id,
    fee_bps,
    share_bps,
    sum(revenue_event_count) as revenue_event_count,
    sum(units) as units,
    sum(gross_amount) as gross_amount,
    sum(platform_fee_amount) as platform_fee_amount,
    sum(royalty_amount) as line_amount_exact
  from {{ ref('royalties') }}
  group by creator_id, currency, movement_kind, asset_id, license_type, terms_id, fee_bps, share_bps
),

floors as (
  select
    lines.*,
    lines.line_kind || ':' || lines.terms_id || ':{{ var("period") }}:' || lines.fee_bps as line_id,
    terms.rate,
    currencies.minor_per_unit,
    carries.carried_in_exact,
    {{ minor_floor('lines.line_amount_exact', 'currencies.minor_per_unit') }} as floor_minor
  from lines
  inner join {{ ref('int_terms') }} as terms on terms.terms_id = lines.terms_id
  inner join {{ ref('currencies') }} as currencies on currencies.currency = lines.currency
  inner join {{ ref('carried_fractions') }} as carries
    on carries.creator_id = lines.creator_id and carries.currency = lines.currency
),

ranked as (
  select
    *,
    row_number() over (
      partition by creator_id, currency
      order by line_amount_exact * minor_per_unit - floor_minor desc, line_id
    ) as rest_rank,
    {{ minor_floor('carried_in_exact + sum(line_amount_exact) over statement', 'minor_per_unit') }}
      - sum(floor_minor) over statement as left_minor
  from floors
  window statement as (partition by creator_id, currency)
)

select
  line_id,
  creator_id,
  currency,
  line_kind,
  asset_id,
  license_type,
  terms_id,
  rate,
  fee_bps,
  share_bps,
  revenue_event_count,
  units,
  gross_amount,
  platform_fee_amount,
  line_amount_exact,
  cast(floor_minor + case when rest_rank <= left_minor then 1 else 0 end as bigint) as line_amount_minor
from ranked
