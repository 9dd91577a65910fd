-- groups: What waits in the quarantine, by source, event and reason, the most first.
select
  source_id,
  event,
  violation,
  violation_path,
  reason,
  still_quarantined_count as event_count,
  first_received_at,
  last_received_at
from tantieme.quarantined_events
where still_quarantined_count > 0
order by still_quarantined_count desc, source_id, event, violation_path, reason;

-- waiting: The events that wait for one reason, of one name, the newest first; one more than are shown.
with landed as (
  select message_id
  from landing.messages
  where loaded_at >= timestamp '1970-01-01 00:00:00+00' and outcome = 'landed'
)
select quarantined.message_id, quarantined.source_id, quarantined.received_at, quarantined.is_about_money
from landing.quarantined_events as quarantined
left join landed on landed.message_id = quarantined.message_id
where
  quarantined.loaded_at >= timestamp '1970-01-01 00:00:00+00'
  and (landed.message_id is null or quarantined.violation_path = '/messageId')
  and quarantined.reason = $1
  and coalesce(quarantined.event, '') = $2
qualify row_number() over (
  partition by quarantined.message_id
  order by quarantined.loaded_at desc, quarantined.received_at desc
) = 1
order by received_at desc, message_id
limit 101;

-- one_event: Every time that an event was quarantined, the newest first.
select
  message_id,
  source_id,
  event,
  violation,
  violation_path,
  reason,
  message,
  is_about_money,
  is_from_browser,
  received_at,
  loaded_at
from landing.quarantined_events
where loaded_at >= timestamp '1970-01-01 00:00:00+00' and message_id = $1
order by loaded_at desc, received_at desc;

-- landed_event: When an event landed.
select loaded_at
from landing.messages
where loaded_at >= timestamp '1970-01-01 00:00:00+00' and message_id = $1 and outcome = 'landed'
order by loaded_at
limit 1;
