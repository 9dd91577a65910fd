-- One row per correction, with its place in its chain, as a table of this build.
select
  correction_id,
  head_id,
  root_kind,
  root_id,
  is_partial,
  voided_units,
  adjustment_amount,
  currency,
  chain_position,
  chain_effect,
  effective_at,
  correction_reason,
  occurred_at,
  recorded_at,
  exception_reason
from tantieme.int_correction_chains
