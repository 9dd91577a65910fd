-- One row per interval in which a creator had a connected account, by the reports of payout accounts: from a report of it until the next one of the
-- creator. Money of the account is attributed to the creator beyond that while nobody else's is known: before the first report of the account, and
-- after the creator has changed to another one, until somebody else's is reported.
with reported as (
  select
    creator_id,
    account_id_stripe,
    timestamp as had_from_at,
    coalesce(
      lead(timestamp) over (partition by creator_id order by timestamp, loaded_at, id),
      timestamp '9999-12-31 00:00:00+00'
    ) as had_until_at
  from raw.creator_payout_account_updated
  where creator_id is not null
),
neighbours as (
  select
    creator_id,
    account_id_stripe,
    had_from_at,
    had_until_at,
    lag(had_from_at) over (partition by account_id_stripe order by had_from_at, creator_id) as before_from_at,
    lead(had_from_at) over (partition by account_id_stripe order by had_from_at, creator_id) as next_from_at,
    max(had_until_at) over (
      partition by account_id_stripe
      order by had_from_at, creator_id
      rows between unbounded preceding and current row
    ) as last_until_at
  from reported
  where account_id_stripe is not null and had_from_at < had_until_at
)
select
  creator_id,
  account_id_stripe,
  had_from_at,
  had_until_at,
  case when before_from_at is null then timestamp '1970-01-01 00:00:00+00' else had_from_at end as attributed_from_at,
  case
    when had_until_at < last_until_at then had_until_at
    when next_from_at is null then timestamp '9999-12-31 00:00:00+00'
    when next_from_at > had_until_at then next_from_at
    else had_until_at
  end as attributed_until_at
from neighbours
