-- known_periods: Every period that is closed, and every one from the first closed on that has events. What was recorded after the last closing for a
-- closed month is booked in the next one. Read from the raw tables, because naming the month of each row, and finding what was reported twice, take long.
with reported as (
  select timestamp, loaded_at from raw.asset_used
  union all
  select timestamp, loaded_at from raw.license_purchased
  union all
  select timestamp, loaded_at from raw.subscription_started
  union all
  select timestamp, loaded_at from raw.subscription_renewed
  union all
  select timestamp, loaded_at from raw.license_refunded
  union all
  select timestamp, loaded_at from raw.dispute_opened
  union all
  select timestamp, loaded_at from raw.dispute_closed
  union all
  select timestamp, loaded_at from raw.payout_sent
  union all
  select timestamp, loaded_at from raw.payout_reversed
  union all
  select timestamp, loaded_at from raw.usage_invoiced
),
reported_days as (
  select min(timestamp) as happened_at, max(loaded_at) as loaded_at
  from reported
  group by fn.day_number(timestamp)
),
closed as (
  select max(next_period) as next_period, max(cutoff_at) as cutoff_at
  from ledger.closes
),
known as (
  select period, true as is_closed
  from ledger.closes
  union all
  select
    case
      when closed.next_period is null or fn.month_of(reported_days.happened_at) >= closed.next_period then fn.month_of(reported_days.happened_at)
      when reported_days.loaded_at >= closed.cutoff_at then closed.next_period
    end as period,
    false as is_closed
  from reported_days
  cross join closed
)
select period, max(is_closed) as is_closed
from known
where period is not null
group by period
order by period;
