-- events_of_developer: The events that name a developer and were loaded or quarantined between two instants, the newest first, after the instant and id of
-- the last one of the page before. The fourth and fifth parameter are how a quarantined message names the developer; the sixth and seventh are a
-- state and the name of an event, or empty.
with landed as (
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.license_purchased
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.subscription_started
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.subscription_renewed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.subscription_cancelled
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.license_refunded
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.refund_failed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.charge_failed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_opened
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_closed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_reopened
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.dispute_reversed
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.asset_used
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.usage_invoiced
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.developer_signed_up
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.api_key_created
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
  union all
  select id, event_text, sent_at, timestamp, received_at, loaded_at
  from raw.sample_requested
  where developer_id = $1 and loaded_at >= $2 and loaded_at < $3
),
events as (
  select
    id as message_id,
    event_text as event,
    'landed' as outcome,
    timestamp as occurred_at,
    sent_at,
    received_at,
    loaded_at,
    cast(null as string) as reason,
    cast(null as string) as message
  from landed
  union all
  select message_id, event, 'quarantined' as outcome, null as occurred_at, null as sent_at, received_at, loaded_at, reason, message
  from landing.quarantined_events
  where loaded_at >= $2 and loaded_at < $3 and (fn.has_text(message, $4) or fn.has_text(message, $5))
)
select *
from events
where
  ($6 = '' or outcome = $6) and ($7 = '' or event = $7)
  and (loaded_at < $8 or (loaded_at = $8 and message_id > $9))
order by loaded_at desc, message_id
limit 1001;
