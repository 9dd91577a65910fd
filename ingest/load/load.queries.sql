-- known_ids: Which of these ids were received before. It reads no other column, for the ids of all time are read by each load.
select distinct message_id
from landing.messages
where loaded_at >= $2 and fn.is_in_list(message_id, $1);

-- known_messages: The latest record of each id; a landed event stays landed.
select message_id, source_id, outcome, message_hash
from landing.messages
where loaded_at >= $2 and fn.is_in_list(message_id, $1)
qualify row_number() over (
  partition by message_id
  order by case when outcome = 'landed' then 1 else 2 end, loaded_at desc, message_hash
) = 1;

-- loaded_segment: The hash of a loaded segment; no row for one that is not loaded.
select segment_hash
from landing.loads
where segment_id = $1
limit 1;

-- landed_file: One row if this version of a file is loaded.
select file_name
from landing.files
where file_name = $1 and file_version = $2 and outcome = 'landed';

-- last_reason_of_file: Why a version of a file could not be loaded the last time; null if it was loaded.
select reason
from landing.files
where file_name = $1 and file_version = $2
order by loaded_at desc
limit 1;

-- last_instant: The instant of the latest load or closing.
select loaded_at
from landing.last_instant;

-- quarantined_of_source: The last quarantined events of a source, the newest first.
select message_id, event, received_at, reason
from landing.quarantined_events
where loaded_at >= $2 and source_id = $1
order by received_at desc, message_id
limit 1000;

-- loaded_segments: Which of these segments are loaded.
select distinct segment_id
from landing.loads
where fn.is_in_list(segment_id, $1);

-- landed_messages: Which of these ids have landed, and with which segment.
select message_id, segment_id
from landing.messages
where loaded_at >= $2 and outcome = 'landed' and fn.is_in_list(message_id, $1);
