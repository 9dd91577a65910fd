-- One row per source, event, violation, path and reason: how many events were quarantined for it, and how many of them have landed since.
-- An event whose content differs from one that landed under the same id stays quarantined: its path is the id.
with landed as (
  select distinct message_id
  from landing.messages
  where outcome = 'landed' and loaded_at >= timestamp '1970-01-01 00:00:00+00'
),
rejected as (
  select
    rejected_events.message_id,
    rejected_events.source_id,
    rejected_events.event,
    rejected_events.violation,
    rejected_events.violation_path,
    rejected_events.reason,
    rejected_events.received_at,
    case
      when landed.message_id is not null and rejected_events.violation_path <> '/messageId' then 'landed'
      else 'rejected'
    end as outcome
  from landing.rejected_events as rejected_events
  left join landed on landed.message_id = rejected_events.message_id
  where rejected_events.loaded_at >= timestamp '1970-01-01 00:00:00+00'
)
select
  source_id,
  event,
  violation,
  violation_path,
  reason,
  count(distinct case when outcome = 'rejected' then message_id end) as set_aside_count,
  count(distinct case when outcome = 'landed' then message_id end) as landed_since_count,
  min(received_at) as first_received_at,
  max(received_at) as last_received_at
from rejected
group by source_id, event, violation, violation_path, reason
