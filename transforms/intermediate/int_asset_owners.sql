-- One row per asset and time, with the creator to whom it belongs: at first to whoever uploaded it or, if nobody did before, published it;
-- the first one recorded stands. Transfers are judged in the order of recording: one counts if it comes from the owner and is not of a time
-- before his. Of an asset, the first 400 of possible owners are read: BigQuery ends a recursion after 500 steps.
with recursive claims as (
  select asset_id, creator_id, 1 as claim_rank, loaded_at, timestamp, id
  from raw.asset_uploaded
  union all
  select asset_id, creator_id, 2 as claim_rank, loaded_at, timestamp, id
  from raw.asset_published
),
first_owners as (
  select asset_id, creator_id, loaded_at
  from claims
  where asset_id is not null and creator_id is not null
  qualify row_number() over (partition by asset_id order by loaded_at, claim_rank, timestamp, id) = 1
),
possible_owners as (
  select asset_id, creator_id
  from first_owners
  union distinct
  select asset_id, owner_id as creator_id
  from raw.asset_transferred
),
transfers as (
  select
    transferred.asset_id,
    transferred.creator_id,
    transferred.owner_id,
    transferred.timestamp,
    transferred.loaded_at,
    row_number() over (partition by transferred.asset_id order by transferred.loaded_at, transferred.timestamp, transferred.id) as transfer_rank
  from raw.asset_transferred as transferred
  join possible_owners on possible_owners.asset_id = transferred.asset_id and possible_owners.creator_id = transferred.creator_id
  where transferred.timestamp is not null and transferred.owner_id is not null
),
owned as (
  select
    asset_id,
    creator_id as owner_id,
    case when loaded_at is null then loaded_at else timestamp '0001-01-01 00:00:00+00' end as valid_from_at,
    loaded_at,
    0 as transfer_rank,
    true as is_change
  from first_owners
  union all
  select
    transfers.asset_id,
    case when transfers.creator_id = owned.owner_id and transfers.timestamp >= owned.valid_from_at then transfers.owner_id else owned.owner_id end as owner_id,
    case when transfers.creator_id = owned.owner_id and transfers.timestamp >= owned.valid_from_at then transfers.timestamp else owned.valid_from_at end as valid_from_at,
    transfers.loaded_at,
    transfers.transfer_rank,
    coalesce(transfers.creator_id = owned.owner_id and transfers.timestamp >= owned.valid_from_at, false) as is_change
  from owned
  join transfers on transfers.asset_id = owned.asset_id and transfers.transfer_rank = owned.transfer_rank + 1
  where transfers.transfer_rank <= 400
),
times as (
  select
    asset_id,
    owner_id,
    valid_from_at,
    coalesce(lead(valid_from_at) over (partition by asset_id order by transfer_rank), timestamp '9999-12-31 00:00:00+00') as valid_until_at,
    coalesce(lead(loaded_at) over (partition by asset_id order by transfer_rank), timestamp '9999-12-31 00:00:00+00') as heard_until_at
  from owned
  where is_change
)
select asset_id, owner_id, valid_from_at, valid_until_at, heard_until_at
from times
where valid_from_at < valid_until_at
