-- One row per asset and time, with the creator to whom it belongs: at first to whoever uploaded it or, if nobody did before, published it;
-- the first one recorded stands. An owner's transfer that counts is the first one recorded of his time; it may have been recorded before the
-- one that made him the owner. Of an asset, 400 follow each other at most: BigQuery ends a recursion after 500 steps.
with recursive claims as (
  select asset_id, creator_id, 1 as claim_rank, loaded_at, timestamp, id
  from raw.asset_uploaded
  union all
  select asset_id, creator_id, 2 as claim_rank, loaded_at, timestamp, id
  from raw.asset_published
),
first_owners as (
  select
    asset_id,
    creator_id as owner_id,
    'claim' as transfer_id,
    case when loaded_at is null then loaded_at else timestamp '0001-01-01 00:00:00+00' end as valid_from_at,
    loaded_at
  from claims
  where asset_id is not null and creator_id is not null
  qualify row_number() over (partition by asset_id order by loaded_at, claim_rank, timestamp, id) = 1
),
transfers as (
  select asset_id, creator_id, owner_id, 'transfer:' || id as transfer_id, timestamp as valid_from_at, loaded_at
  from raw.asset_transferred
  where timestamp is not null and owner_id is not null and creator_id <> owner_id
),
ownerships as (
  select asset_id, owner_id, transfer_id, valid_from_at, loaded_at
  from first_owners
  union all
  select asset_id, owner_id, transfer_id, valid_from_at, loaded_at
  from transfers
),
followed as (
  select
    ownerships.asset_id,
    ownerships.transfer_id,
    transfers.transfer_id as next_id,
    transfers.owner_id as next_owner_id,
    transfers.valid_from_at as next_from_at,
    transfers.loaded_at as next_loaded_at
  from ownerships
  join transfers
    on transfers.asset_id = ownerships.asset_id
    and transfers.creator_id = ownerships.owner_id
    and (
      transfers.valid_from_at > ownerships.valid_from_at
      or (transfers.valid_from_at = ownerships.valid_from_at and transfers.loaded_at > ownerships.loaded_at)
    )
  where true
  qualify row_number() over (partition by ownerships.asset_id, ownerships.transfer_id order by transfers.loaded_at, transfers.valid_from_at, transfers.transfer_id) = 1
),
owned as (
  select asset_id, owner_id, transfer_id, valid_from_at, 1 as owner_rank
  from first_owners
  union all
  select owned.asset_id, followed.next_owner_id as owner_id, followed.next_id as transfer_id, followed.next_from_at as valid_from_at, owned.owner_rank + 1 as owner_rank
  from owned
  join followed on followed.asset_id = owned.asset_id and followed.transfer_id = owned.transfer_id
  where owned.owner_rank <= 400
),
times as (
  select
    owned.asset_id,
    owned.owner_id,
    owned.valid_from_at,
    coalesce(followed.next_from_at, timestamp '9999-12-31 00:00:00+00') as valid_until_at,
    coalesce(followed.next_loaded_at, timestamp '9999-12-31 00:00:00+00') as heard_until_at
  from owned
  left join followed on followed.asset_id = owned.asset_id and followed.transfer_id = owned.transfer_id
)
select asset_id, owner_id, valid_from_at, valid_until_at, heard_until_at
from times
where valid_from_at < valid_until_at
