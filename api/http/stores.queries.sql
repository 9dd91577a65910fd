-- last_load: When events were loaded last.
select max(loaded_at) as loaded_at
from landing.loads;

-- quarantined_count: How many events wait in the quarantine.
select coalesce(sum(still_quarantined_count), 0) as event_count
from tantieme.quarantined_events;
