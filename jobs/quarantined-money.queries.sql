-- quarantined_money: The events about money that were quarantined within a time and have not landed since, by source, event and reason. The
-- digest is that of their ids and content; hashed in parts, as there may be many.
with quarantined as (
  select source_id, event, reason, message_id, message, violation_path, received_at, loaded_at
  from landing.quarantined_events
  where loaded_at >= $1 and loaded_at < $2 and is_about_money
),
landed as (
  select distinct messages.message_id
  from landing.messages as messages
  join quarantined on quarantined.message_id = messages.message_id
  where messages.loaded_at >= timestamp '1970-01-01 00:00:00+00' and messages.outcome = 'landed'
),
waiting as (
  select
    quarantined.source_id,
    coalesce(quarantined.event, '') as event,
    quarantined.reason,
    quarantined.message_id,
    quarantined.received_at,
    quarantined.loaded_at,
    fn.sha256_hex(fn.field_text(quarantined.message_id) || fn.field_text(quarantined.message)) as leaf
  from quarantined
  left join landed on landed.message_id = quarantined.message_id
  where landed.message_id is null or quarantined.violation_path = '/messageId'
),
parts as (
  select source_id, event, reason, fn.sha256_hex(fn.sorted_text(array_agg(leaf))) as part
  from waiting
  group by source_id, event, reason, substr(leaf, 1, 3)
),
digests as (
  select source_id, event, reason, fn.sha256_hex(fn.sorted_text(array_agg(part))) as facts_digest
  from parts
  group by source_id, event, reason
),
counted as (
  select
    source_id,
    event,
    reason,
    cast(count(distinct message_id) as int64) as fact_count,
    min(received_at) as first_occurred_at,
    min(loaded_at) as first_recorded_at
  from waiting
  group by source_id, event, reason
)
select
  counted.*,
  digests.facts_digest,
  'event:' || substr(fn.sha256_hex(fn.field_text(counted.source_id) || fn.field_text(counted.event) || fn.field_text(counted.reason)), 1, 16) as exception_id
from counted
join digests on digests.source_id = counted.source_id and digests.event = counted.event and digests.reason = counted.reason
order by exception_id;
