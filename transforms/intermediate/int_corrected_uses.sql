-- One row per use and chain of corrections about it that changes in the period: the units of the use before and after it, and after all of
-- them (units_left). A void of a part takes its units away, a void of the whole use all that is left. Parts that are given back come
-- first, then new ones, the smaller first; one that exceeds what is left counts for nothing. A use is taken as first recorded.
with changed as (
  select correction_id, root_id, is_partial, voided_units, was_in_force, occurred_at, recorded_at
  from steps.int_corrections
  where is_last and root_kind = 'use' and was_in_force <> is_in_force
),
corrected as (
  select distinct root_id as use_id
  from changed
),
used as (
  select
    reported.use_id,
    reported.asset_id,
    reported.developer_id,
    fn.try_numeric(reported.units) as units,
    reported.timestamp as used_at
  from raw.asset_used as reported
  join corrected on corrected.use_id = reported.use_id
  where reported.timestamp is not null
  qualify row_number() over (partition by reported.use_id order by reported.loaded_at, reported.id) = 1
),
parts_before as (
  select root_id as use_id, sum(voided_units) as units
  from steps.int_corrections
  where is_last and root_kind = 'use' and is_partial and was_in_force
  group by root_id
),
judged as (
  select
    changed.*,
    used.asset_id,
    used.developer_id,
    used.used_at,
    used.units - coalesce(parts_before.units, 0) as units,
    coalesce(wholes.was_voided, false) as was_voided,
    coalesce(wholes.is_voided, false) as is_voided,
    case when not changed.is_partial then 3 when changed.was_in_force then 1 else 2 end as change_group,
    case
      when used.use_id is null or used.used_at >= $ends_at then 'correction_target_unknown'
      when changed.is_partial and (changed.voided_units is null or changed.voided_units <= 0 or used.units is null) then 'amount_invalid'
      when changed.is_partial and changed.voided_units > used.units then 'correction_exceeds_use'
    end as exception_reason
  from changed
  left join used on used.use_id = changed.root_id
  left join parts_before on parts_before.use_id = changed.root_id
  left join steps.int_voided_facts as wholes on wholes.fact_id = changed.root_id and wholes.fact_kind = 'use'
),
sized as (
  select
    *,
    case
      when exception_reason is not null or not is_partial then 0
      when was_in_force then -voided_units
      else voided_units
    end as taken
  from judged
),
summed as (
  select
    *,
    sum(taken) over (
      partition by root_id order by change_group, taken, recorded_at, occurred_at, correction_id rows between unbounded preceding and current row
    ) as taken_together
  from sized
),
accepted as (
  select
    *,
    exception_reason is null and (change_group <> 2 or taken_together <= units) as is_accepted
  from summed
),
lefts as (
  select root_id, min(units) - sum(case when is_accepted then taken else 0 end) as units_left
  from accepted
  group by root_id
)
select
  accepted.root_id as use_id,
  accepted.correction_id,
  accepted.asset_id,
  accepted.developer_id,
  accepted.used_at,
  case
    when accepted.was_voided then 0
    when accepted.change_group = 3 then lefts.units_left
    else accepted.units - (accepted.taken_together - accepted.taken)
  end as units_before,
  case
    when case when accepted.change_group = 3 then accepted.is_voided else accepted.was_voided end then 0
    when accepted.change_group = 3 then lefts.units_left
    else accepted.units - accepted.taken_together
  end as units_after,
  lefts.units_left,
  accepted.is_voided,
  accepted.occurred_at,
  case when accepted.exception_reason is null and not accepted.is_accepted then 'correction_exceeds_use' else accepted.exception_reason end as exception_reason
from accepted
join lefts on lefts.root_id = accepted.root_id
