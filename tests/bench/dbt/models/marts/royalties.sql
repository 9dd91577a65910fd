-- One row per movement and creator: what was credited or taken back. All uses under the same terms are one movement.
with moved as (
  select
    movement_id,
    movement_kind,
    'sale' as revenue_event_kind,
    asset_id,
    developer_id,
    license_type,
    terms_id,
    currency,
    fee_bps,
    1 as revenue_event_count,
    cast(1 as decimal(38, 9)) as units
  from {{ ref('int_sale_movements') }}
  union all
  select
    movement_id,
    'earning' as movement_kind,
    'use' as revenue_event_kind,
    asset_id,
    null as developer_id,
    'metered' as license_type,
    terms_id,
    currency,
    fee_bps,
    use_count as revenue_event_count,
    units
  from {{ ref('int_usage_by_terms') }}
)

select
  moved.*,
  allocations.creator_id,
  allocations.share_bps,
  allocations.gross_amount,
  allocations.gross_amount - allocations.royalty_amount as platform_fee_amount,
  allocations.royalty_amount
from moved
inner join {{ ref('int_allocations') }} as allocations on allocations.movement_id = moved.movement_id
