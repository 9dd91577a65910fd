-- One row per movement of a sale or use that an earlier period booked, holder, and period that first left credited a part of what the movement changes:
-- the royalty of that part. What is left of a sale (its price) or of a use (its units) at a closing is credited; each part of it belongs to the
-- first closing that left that much, whatever is taken back of it and given back later. The lowest part has the rest of rounding.
with moved as (
  select movements.*
  from steps.int_movements as movements
  cross join (select distinct credited_on from steps.int_tax_settings) as settings
  where movements.is_earlier or (movements.revenue_event_kind = 'use' and movements.correction_id is not null)
),
changes as (
  select movement_number, revenue_event_kind, sale_id as revenue_event_id, amount_before as level_before, amount_after as level_after
  from moved
  where is_earlier
  union all
  select moved.movement_number, moved.revenue_event_kind, uses.use_id as revenue_event_id, uses.units_before as level_before, uses.units_after as level_after
  from moved
  join steps.int_corrected_uses as uses on uses.correction_id = moved.correction_id
),
wanted as (
  select revenue_event_kind, revenue_event_id, sum(level_after - level_before) as level_change
  from changes
  group by revenue_event_kind, revenue_event_id
),
corrected as (
  select distinct lines.period, lines.corrected_id, lines.correction_id, lines.units
  from tantieme.statement_lines as lines
  join wanted on wanted.revenue_event_id = lines.corrected_id
  where lines.period < $period and lines.corrected_kind = 'use' and wanted.revenue_event_kind = 'use'
),
corrected_before as (
  select corrected_id, sum(units) as units
  from corrected
  group by corrected_id
),
used as (
  select distinct use_id, case when is_voided then 0 else units_left end as units_left
  from steps.int_corrected_uses
),
credited as (
  select wanted.revenue_event_kind, wanted.revenue_event_id, allocations.period, allocations.gross_amount as level_change
  from tantieme.sale_allocations as allocations
  join wanted on wanted.revenue_event_id = allocations.sale_id
  where allocations.period < $period and wanted.revenue_event_kind = 'sale'
  union all
  select 'use' as revenue_event_kind, corrected_id as revenue_event_id, period, units as level_change
  from corrected
  union all
  select
    wanted.revenue_event_kind,
    wanted.revenue_event_id,
    coalesce(reversals.credited_period, $period) as period,
    used.units_left - wanted.level_change - coalesce(corrected_before.units, 0) as level_change
  from wanted
  join used on used.use_id = wanted.revenue_event_id
  join (select distinct use_id, credited_period from steps.int_use_reversals) as reversals on reversals.use_id = wanted.revenue_event_id
  left join corrected_before on corrected_before.corrected_id = wanted.revenue_event_id
  where wanted.revenue_event_kind = 'use'
),
closings as (
  select revenue_event_kind, revenue_event_id, period, sum(level_change) as level_change
  from credited
  group by revenue_event_kind, revenue_event_id, period
),
levels as (
  select
    revenue_event_kind,
    revenue_event_id,
    period,
    sum(level_change) over (
      partition by revenue_event_kind, revenue_event_id order by period rows between unbounded preceding and current row
    ) as level
  from closings
),
tops as (
  select
    revenue_event_kind,
    revenue_event_id,
    period,
    max(level) over (
      partition by revenue_event_kind, revenue_event_id order by period rows between unbounded preceding and current row
    ) as top_level
  from levels
),
layers as (
  select
    revenue_event_kind,
    revenue_event_id,
    period as credited_period,
    coalesce(lag(top_level) over (partition by revenue_event_kind, revenue_event_id order by period), 0) as bottom_level,
    top_level
  from tops
  union all
  select revenue_event_kind, revenue_event_id, $period as credited_period, max(top_level) as bottom_level, null as top_level
  from tops
  group by revenue_event_kind, revenue_event_id
),
spans as (
  select
    movement_number,
    revenue_event_kind,
    revenue_event_id,
    level_after < level_before as is_taken,
    case when level_after < level_before then level_after else level_before end as low_level,
    case when level_after < level_before then level_before else level_after end as high_level
  from changes
),
crossed as (
  select
    spans.movement_number,
    spans.is_taken,
    spans.revenue_event_kind,
    layers.credited_period,
    case when layers.top_level < spans.high_level then layers.top_level else spans.high_level end
    - case when layers.bottom_level > spans.low_level then layers.bottom_level else spans.low_level end as part_level
  from spans
  join layers on layers.revenue_event_id = spans.revenue_event_id and layers.revenue_event_kind = spans.revenue_event_kind
  where spans.low_level < spans.high_level
    and layers.bottom_level < spans.high_level
    and coalesce(layers.top_level, spans.high_level) > spans.low_level
    and coalesce(layers.top_level, spans.high_level) > layers.bottom_level
),
parts as (
  select
    crossed.movement_number,
    crossed.is_taken,
    crossed.credited_period,
    moved.fee_bps,
    row_number() over (partition by crossed.movement_number order by crossed.credited_period) as part_rank,
    case
      when crossed.revenue_event_kind = 'sale' then crossed.part_level
      else fn.billionths(fn.billionths_product(fn.billionths_of(crossed.part_level), fn.billionths_of(moved.rate)))
    end as amount
  from crossed
  join moved on moved.movement_number = crossed.movement_number
),
shared as (
  select
    parts.movement_number,
    allocations.creator_id,
    allocations.currency,
    parts.credited_period,
    parts.part_rank,
    allocations.royalty_amount,
    case
      when parts.part_rank = 1 then 0
      when parts.is_taken then -fn.share_floor(parts.amount - fn.bps_of(parts.amount, parts.fee_bps), allocations.share_bps)
      else fn.share_floor(parts.amount - fn.bps_of(parts.amount, parts.fee_bps), allocations.share_bps)
    end as upper_amount
  from parts
  join steps.int_allocations as allocations on allocations.movement_number = parts.movement_number
)
select
  shared.movement_number,
  shared.creator_id,
  shared.currency,
  shared.credited_period,
  fn.date_of(periods.period_ends_at) as credited_on,
  case
    when shared.part_rank = 1 then shared.royalty_amount - sum(shared.upper_amount) over (partition by shared.movement_number, shared.creator_id)
    else shared.upper_amount
  end as royalty_amount
from shared
join seeds.periods as periods on periods.period = shared.credited_period
