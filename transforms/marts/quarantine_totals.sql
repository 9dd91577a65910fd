-- One row per source: how many events of it are quarantined, and how many of those have landed since, without anything of their content.
-- An event with several violations counts once for each.
select
  source_id,
  cast(sum(still_quarantined_count) as int64) as still_quarantined_count,
  cast(sum(landed_since_count) as int64) as landed_since_count,
  min(first_received_at) as first_received_at,
  max(last_received_at) as last_received_at
from tantieme.quarantined_events
group by source_id
