-- One row per correction that happened by the end of the period. A chain is in force if it has an odd number of corrections. What a
-- period books of a chain is the difference between the end of the period and that of the one before; the last correction stands for it.
-- Corrections are few, so those of all periods are read.
with known as (
  select
    chains.*,
    suspended.suspended_period,
    suspended.fact_id is not null
      or chains.occurred_at >= $starts_at
      or chains.recorded_at >= $late_from_at as is_of_period
  from steps.int_known_corrections as chains
  left join tantieme.suspended_facts as suspended
    on suspended.fact_id = chains.correction_id and suspended.fact_kind = 'correction' and suspended.period = $previous_period
  where chains.occurred_at < $ends_at
),
counted as (
  select
    known.*,
    coalesce(effective_at < $ends_at, false) as is_effective,
    sum(case when is_of_period then 0 else chain_effect end) over (partition by head_id) as effect_before,
    sum(case when effective_at < $ends_at then chain_effect else 0 end) over (partition by head_id) as effect,
    max(case when effective_at < $ends_at then chain_position end) over (partition by head_id) as last_position
  from known
)
select
  correction_id,
  case when is_effective then head_id end as head_id,
  case when is_effective then root_kind end as root_kind,
  case when is_effective then root_id end as root_id,
  is_partial,
  voided_units,
  adjustment_amount,
  currency,
  correction_reason,
  occurred_at,
  recorded_at,
  suspended_period,
  is_of_period,
  is_effective and effect_before = 1 as was_in_force,
  is_effective and effect = 1 as is_in_force,
  is_effective and chain_position = last_position as is_last,
  case
    when not is_effective then 'correction_target_unknown'
    when effect = 1 then exception_reason
  end as exception_reason
from counted
