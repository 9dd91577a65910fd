-- One row per movement and creator: what was credited or taken back, to a billionth. A movement is a sale, a refund, a lost dispute, a
-- correction, or all metered use under the same terms and fee in the same month, which happened at many times and has none.
select
  period,
  movement_id,
  creator_id,
  movement_kind,
  sale_id as revenue_event_id,
  'sale' as revenue_event_kind,
  asset_id,
  developer_id,
  license_type,
  terms_id,
  currency,
  fee_bps,
  share_bps,
  1 as revenue_event_count,
  1 as units,
  gross_amount,
  gross_amount - royalty_amount as platform_fee_amount,
  royalty_amount,
  earned_period,
  occurred_at
from tantieme.sale_allocations
union all
select
  period,
  coalesce('correction:' || correction_id, 'uses:' || period || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string)) as movement_id,
  creator_id,
  line_kind as movement_kind,
  coalesce(corrected_id, 'uses:' || period || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string)) as revenue_event_id,
  'use' as revenue_event_kind,
  asset_id,
  cast(null as string) as developer_id,
  license_type,
  terms_id,
  currency,
  fee_bps,
  share_bps,
  revenue_event_count,
  units,
  gross_amount,
  platform_fee_amount,
  line_amount_exact as royalty_amount,
  earned_period,
  null as occurred_at
from tantieme.statement_lines
where license_type = 'metered'
