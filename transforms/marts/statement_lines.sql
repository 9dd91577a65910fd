-- One row per line of a statement: everything of one kind that an asset earned under the same terms, in whole minor units.
-- The fractions of a creator's lines are carried forward, so the lines sum to what is owed and never exceed it.
with lines as (
  select
    creator_id,
    currency,
    movement_kind as line_kind,
    asset_id,
    license_type,
    earned_period,
    terms_id,
    fee_bps,
    share_bps,
    revenue_event_count,
    units,
    gross_amount,
    platform_fee_amount,
    royalty_amount as line_amount_exact
  from tantieme.royalties
  where period = $period and revenue_event_kind = 'use'
  union all
  select
    creator_id,
    currency,
    movement_kind as line_kind,
    asset_id,
    license_type,
    earned_period,
    terms_id,
    fee_bps,
    share_bps,
    cast(sum(revenue_event_count) as int64) as revenue_event_count,
    sum(units) as units,
    sum(gross_amount) as gross_amount,
    sum(platform_fee_amount) as platform_fee_amount,
    sum(royalty_amount) as line_amount_exact
  from tantieme.royalties
  where period = $period and revenue_event_kind = 'sale'
  group by creator_id, currency, movement_kind, asset_id, license_type, earned_period, terms_id, fee_bps, share_bps
),
floors as (
  select
    lines.*,
    lines.line_kind || ':' || lines.terms_id || ':' || lines.earned_period || ':' || cast(lines.fee_bps as string) as line_id,
    coalesce(terms.rate, fn.to_numeric('0')) as rate,
    currencies.minor_per_unit,
    carries.carried_in_exact,
    fn.minor_floor(lines.line_amount_exact, currencies.minor_per_unit) as floor_minor
  from lines
  left join steps.int_terms as terms on terms.terms_id = lines.terms_id
  join seeds.currencies as currencies on currencies.currency = lines.currency
  join tantieme.carried_fractions as carries
    on carries.period = $period and carries.creator_id = lines.creator_id and carries.currency = lines.currency
),
ranked as (
  select
    *,
    row_number() over (
      partition by creator_id, currency
      order by line_amount_exact * minor_per_unit - floor_minor desc, line_id
    ) as rest_rank,
    fn.minor_floor(carried_in_exact + sum(line_amount_exact) over (partition by creator_id, currency), minor_per_unit)
      - sum(floor_minor) over (partition by creator_id, currency) as left_minor
  from floors
)
select
  line_id,
  $period as period,
  creator_id,
  currency,
  line_kind,
  asset_id,
  license_type,
  earned_period,
  terms_id,
  rate,
  fee_bps,
  share_bps,
  revenue_event_count,
  units,
  gross_amount,
  platform_fee_amount,
  line_amount_exact,
  cast(floor_minor + case when rest_rank <= left_minor then 1 else 0 end as int64) as line_amount_minor
from ranked
