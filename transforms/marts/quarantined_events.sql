-- One row per source, event, violation, path and reason: how many events were quarantined for it, and how many of them have landed since.
-- An event whose content differs from one that landed under the same id stays quarantined: its path is the id.
with landed as (
  select distinct message_id
  from landing.messages
  where outcome = 'landed' and loaded_at >= timestamp '1970-01-01 00:00:00+00'
),
classified as (
  select
    quarantined_events.message_id,
    quarantined_events.source_id,
    quarantined_events.event,
    quarantined_events.violation,
    quarantined_events.violation_path,
    quarantined_events.reason,
    quarantined_events.received_at,
    case
      when landed.message_id is not null and quarantined_events.violation_path <> '/messageId' then 'landed'
      else 'quarantined'
    end as outcome
  from landing.quarantined_events as quarantined_events
  left join landed on landed.message_id = quarantined_events.message_id
  where quarantined_events.loaded_at >= timestamp '1970-01-01 00:00:00+00'
)
select
  source_id,
  event,
  violation,
  violation_path,
  reason,
  count(distinct case when outcome = 'quarantined' then message_id end) as still_quarantined_count,
  count(distinct case when outcome = 'landed' then message_id end) as landed_since_count,
  min(received_at) as first_received_at,
  max(received_at) as last_received_at
from classified
group by source_id, event, violation, violation_path, reason
