-- One row per line of a statement: everything of one kind that an asset earned under the same terms, or one correction with what it corrects
-- and why; in whole minor units.
-- The fractions of a creator's lines are carried forward, so the lines sum to what is owed and never exceed it.
with lines as (
  select
    moved.movement_number as line_number,
    allocations.creator_id,
    moved.currency,
    moved.minor_per_unit,
    moved.movement_kind as line_kind,
    moved.asset_id,
    moved.license_type,
    moved.earned_period,
    moved.terms_id,
    moved.terms_number,
    moved.rate,
    moved.fee_bps,
    allocations.share_bps,
    moved.revenue_event_count,
    moved.units,
    moved.correction_id,
    moved.corrected_kind,
    moved.corrected_id,
    moved.correction_reason,
    allocations.gross_amount,
    allocations.royalty_amount as line_amount_exact
  from steps.int_movements as moved
  join steps.int_allocations as allocations on allocations.movement_number = moved.movement_number
  where moved.revenue_event_kind = 'use' or moved.correction_id is not null
  union all
  select
    min(moved.movement_number) as line_number,
    allocations.creator_id,
    moved.currency,
    moved.minor_per_unit,
    moved.movement_kind as line_kind,
    moved.asset_id,
    moved.license_type,
    moved.earned_period,
    moved.terms_id,
    moved.terms_number,
    moved.rate,
    moved.fee_bps,
    allocations.share_bps,
    cast(sum(moved.revenue_event_count) as int64) as revenue_event_count,
    sum(moved.units) as units,
    cast(null as string) as correction_id,
    cast(null as string) as corrected_kind,
    cast(null as string) as corrected_id,
    cast(null as string) as correction_reason,
    sum(allocations.gross_amount) as gross_amount,
    sum(allocations.royalty_amount) as line_amount_exact
  from steps.int_movements as moved
  join steps.int_allocations as allocations on allocations.movement_number = moved.movement_number
  where moved.revenue_event_kind = 'sale' and moved.correction_id is null
  group by
    allocations.creator_id,
    moved.currency,
    moved.minor_per_unit,
    moved.movement_kind,
    moved.asset_id,
    moved.license_type,
    moved.earned_period,
    moved.terms_id,
    moved.terms_number,
    moved.rate,
    moved.fee_bps,
    allocations.share_bps
),
floors as (
  select *, fn.minor_floor(line_amount_exact, minor_per_unit) as floor_minor
  from lines
),
sums as (
  select creator_id, currency, minor_per_unit, sum(line_amount_exact) as amount, sum(floor_minor) as floor_minor
  from floors
  group by creator_id, currency, minor_per_unit
),
accounts as (
  select
    sums.creator_id,
    sums.currency,
    row_number() over (order by sums.creator_id, sums.currency) as account_number,
    fn.minor_floor(carries.carried_in_exact + sums.amount, sums.minor_per_unit) - sums.floor_minor as left_minor
  from sums
  join tantieme.carried_fractions as carries
    on carries.period = $period and carries.creator_id = sums.creator_id and carries.currency = sums.currency
),
ranked as (
  select
    floors.line_number,
    floors.creator_id,
    accounts.left_minor,
    row_number() over (
      partition by accounts.account_number
      order by floors.line_amount_exact * floors.minor_per_unit - floors.floor_minor desc, coalesce(floors.terms_number, 0), floors.fee_bps, floors.line_kind, floors.earned_period, coalesce(floors.correction_id, '')
    ) as rest_rank
  from floors
  join accounts on accounts.creator_id = floors.creator_id and accounts.currency = floors.currency
  where accounts.left_minor > 0
),
raised as (
  select line_number, creator_id
  from ranked
  where rest_rank <= left_minor
)
select
  $period as period,
  floors.creator_id,
  floors.currency,
  floors.line_kind,
  floors.asset_id,
  floors.license_type,
  floors.earned_period,
  floors.terms_id,
  floors.rate,
  floors.fee_bps,
  floors.share_bps,
  floors.revenue_event_count,
  floors.units,
  floors.correction_id,
  floors.corrected_kind,
  floors.corrected_id,
  floors.correction_reason,
  floors.gross_amount,
  floors.gross_amount - floors.line_amount_exact as platform_fee_amount,
  floors.line_amount_exact,
  cast(floors.floor_minor + case when raised.line_number is null then 0 else 1 end as int64) as line_amount_minor
from floors
left join raised on raised.line_number = floors.line_number and raised.creator_id = floors.creator_id
