-- One row per step in the life of a payout: approved, held, released, cancelled, sent, confirmed, failed, reversed. What was planned and not
-- approved has none. The amount of a reversal is what came back; a step that was reported twice counts once.
with reported as (
  select id as message_id, payout_id, batch_id, creator_id, payout_period, amount, currency, payout_state as payout_step, reason, changed_by, timestamp as occurred_at, loaded_at as recorded_at, id as step_key
  from raw.payout_changed
  union all
  select id as message_id, payout_id, batch_id, creator_id, payout_period, amount, currency, 'sent' as payout_step, cast(null as string) as reason, cast(null as string) as changed_by, timestamp as occurred_at, loaded_at as recorded_at, payout_id as step_key
  from raw.payout_sent
  union all
  select id as message_id, payout_id, batch_id, creator_id, payout_period, amount, currency, 'failed' as payout_step, reason, cast(null as string) as changed_by, timestamp as occurred_at, loaded_at as recorded_at, payout_id as step_key
  from raw.payout_failed
  union all
  select id as message_id, payout_id, batch_id, creator_id, payout_period, amount, currency, 'reversed' as payout_step, cast(null as string) as reason, cast(null as string) as changed_by, timestamp as occurred_at, loaded_at as recorded_at, reversal_id_stripe as step_key
  from raw.payout_reversed
),
first_reported as (
  select *
  from reported
  where payout_id is not null and occurred_at is not null
  qualify row_number() over (partition by payout_step, step_key order by recorded_at, message_id) = 1
)
select
  message_id,
  payout_id,
  batch_id,
  creator_id,
  payout_period,
  fn.try_numeric(amount) as amount,
  currency,
  payout_step,
  reason,
  changed_by,
  occurred_at,
  recorded_at
from first_reported
