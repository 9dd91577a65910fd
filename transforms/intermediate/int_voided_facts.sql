-- One row per fact with a correction that voids it whole: whether it was void before the period and is void at its end, and the
-- correction of the period that has changed this. The outcome of a dispute that is void is void too, once the dispute is recorded.
with disputes as (
  select disputes.dispute_id, disputes.timestamp as occurred_at
  from raw.dispute_opened as disputes
  join steps.int_corrections as corrections on corrections.root_id = disputes.dispute_id and corrections.root_kind = 'dispute' and corrections.is_last
  where disputes.timestamp is not null
  qualify row_number() over (partition by disputes.dispute_id order by disputes.loaded_at, disputes.id) = 1
),
voids as (
  select root_kind as fact_kind, root_id as fact_id, was_in_force, is_in_force, correction_id, occurred_at, recorded_at
  from steps.int_corrections
  where is_last and root_kind not in ('balance', 'invoice') and not is_partial
  union all
  select
    'outcome' as fact_kind,
    corrections.root_id as fact_id,
    corrections.was_in_force,
    corrections.is_in_force,
    corrections.correction_id,
    corrections.occurred_at,
    corrections.recorded_at
  from steps.int_corrections as corrections
  join disputes on disputes.dispute_id = corrections.root_id
  where corrections.is_last and corrections.root_kind = 'dispute' and disputes.occurred_at < $ends_at
)
select
  fact_kind,
  fact_id,
  max(case when was_in_force then 1 else 0 end) = 1 as was_voided,
  max(case when is_in_force then 1 else 0 end) = 1 as is_voided,
  min(case when was_in_force <> is_in_force then correction_id end) as correction_id,
  min(case when was_in_force <> is_in_force then occurred_at end) as occurred_at,
  min(case when was_in_force <> is_in_force then recorded_at end) as recorded_at
from voids
group by fact_kind, fact_id
