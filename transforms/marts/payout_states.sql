-- One row per payout with its current state. What is sent stays sent, or confirmed, until all of it came back; an end is never left, in
-- whatever order the steps were recorded. Before it, what is held stays held until it is released, also if it is approved meanwhile.
with totals as (
  select
    payout_id,
    max(case when payout_step <> 'reversed' then amount end) as amount,
    sum(case when payout_step = 'reversed' then amount else 0 end) as reversed_amount,
    max(case when payout_step = 'confirmed' then 1 else 0 end) as confirmed_count,
    max(case when payout_step = 'approved' then 1 else 0 end) as approved_count,
    min(occurred_at) as first_occurred_at
  from tantieme.payout_steps
  group by payout_id
),
last_steps as (
  select *
  from tantieme.payout_steps
  where true
  qualify row_number() over (
    partition by payout_id
    order by
      case payout_step when 'reversed' then 6 when 'confirmed' then 5 when 'sent' then 4 when 'failed' then 3 when 'cancelled' then 2 when 'approved' then 0 else 1 end desc,
      occurred_at desc,
      recorded_at desc,
      message_id desc,
      payout_step
  ) = 1
)
select
  last_steps.payout_id,
  last_steps.batch_id,
  last_steps.creator_id,
  last_steps.payout_period,
  totals.amount,
  totals.reversed_amount,
  last_steps.currency,
  case
    when last_steps.payout_step = 'released' and totals.approved_count = 0 then 'planned'
    when last_steps.payout_step = 'released' then 'approved'
    when last_steps.payout_step <> 'reversed' then last_steps.payout_step
    when totals.amount is null or totals.reversed_amount >= totals.amount then 'reversed'
    when totals.confirmed_count = 1 then 'confirmed'
    else 'sent'
  end as payout_status,
  case when last_steps.payout_step in ('held', 'failed', 'cancelled') then last_steps.reason end as reason,
  last_steps.changed_by,
  totals.first_occurred_at,
  last_steps.occurred_at
from last_steps
join totals on totals.payout_id = last_steps.payout_id
