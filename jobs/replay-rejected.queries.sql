-- waiting_events: The quarantined events that have not landed, in order of receipt; of several with one id, the latest. Only those of one reason
-- and of one event, where these are not empty.
with landed as (
  select message_id
  from landing.messages
  where loaded_at >= timestamp '1970-01-01 00:00:00+00' and outcome = 'landed'
)
select quarantined.message_id, quarantined.source_id, quarantined.is_from_browser, quarantined.message, quarantined.received_at
from landing.quarantined_events as quarantined
left join landed on landed.message_id = quarantined.message_id
where quarantined.loaded_at >= timestamp '1970-01-01 00:00:00+00' and landed.message_id is null
  and ($1 = '' or quarantined.reason = $1) and ($2 = '' or coalesce(quarantined.event, '') = $2)
qualify row_number() over (
  partition by quarantined.message_id
  order by quarantined.loaded_at desc, quarantined.received_at desc
) = 1
order by received_at, message_id;

-- landed_events: Which of these ids are of events that have landed.
select message_id
from landing.messages
where loaded_at >= timestamp '1970-01-01 00:00:00+00' and outcome = 'landed' and fn.is_in_list(message_id, $1);
