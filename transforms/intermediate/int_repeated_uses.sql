-- One row per report of a metered use that is reported several times, or again after a closed period has booked it or put it into suspense; the
-- first one recorded counts. Only reports that the period or an open one before it may book are looked at, and history for what is in it.
with reported as (
  select use_id, count(*) as report_count
  from raw.asset_used
  where use_id is not null
    and timestamp is not null
    and (timestamp >= $open_from_at or loaded_at >= $open_late_from_at)
  group by use_id
),
repeated as (
  select reported.use_id, keys.key_hash is not null as was_booked
  from reported
  left join ledger.fact_keys as keys
    on keys.key_hash = fn.key_hash('use:' || reported.use_id)
    and keys.key_check = fn.key_check('use:' || reported.use_id)
    and keys.period < $period
  where reported.report_count > 1 or keys.key_hash is not null
),
reports as (
  select reported.*, repeated.was_booked
  from raw.asset_used as reported
  join repeated on repeated.use_id = reported.use_id
  where reported.timestamp is not null
    and (reported.timestamp >= $open_from_at or reported.loaded_at >= $open_late_from_at)
  union all
  select reported.*, repeated.was_booked
  from raw.asset_used as reported
  join repeated on repeated.use_id = reported.use_id
  where repeated.was_booked
    and reported.timestamp < $open_from_at
    and reported.loaded_at < $open_late_from_at
)
select
  use_id,
  row_number() over (partition by use_id order by loaded_at, id) as report_rank,
  id as message_id,
  asset_id,
  developer_id,
  units as reported_units,
  usage_right as reported_right,
  timestamp as occurred_at,
  loaded_at as recorded_at,
  was_booked
from reports
