-- waiting_events: The quarantined events that have not landed, in order of receipt; of several with one id, the latest.
with landed as (
  select message_id
  from landing.messages
  where loaded_at >= timestamp '1970-01-01 00:00:00+00' and outcome = 'landed'
)
select rejected.message_id, rejected.source_id, rejected.message, rejected.received_at
from landing.quarantined_events as rejected
left join landed on landed.message_id = rejected.message_id
where rejected.loaded_at >= timestamp '1970-01-01 00:00:00+00' and landed.message_id is null
qualify row_number() over (
  partition by rejected.message_id
  order by rejected.loaded_at desc, rejected.received_at desc
) = 1
order by received_at, message_id;

-- landed_events: Which of these ids are of events that have landed.
select message_id
from landing.messages
where loaded_at >= timestamp '1970-01-01 00:00:00+00' and outcome = 'landed' and fn.is_in_list(message_id, $1);
