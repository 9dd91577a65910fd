-- One row per asset, right and time without a gap in which the owner's consent to that right is in force; with the right `any`, the times
-- in which one to some right is. A consent counts if it comes from the owner of its time, and ends when the owner revokes it. What a
-- former owner reports after the transfer was recorded counts for nothing. Of two reports of a receipt, the first recorded stands.
with granted as (
  select consent_receipt_id, asset_id, creator_id, usage_right as reported_right, timestamp, loaded_at
  from raw.consent_granted
  where consent_receipt_id is not null and timestamp is not null
  qualify row_number() over (partition by consent_receipt_id order by loaded_at, id) = 1
),
valid as (
  select granted.*
  from granted
  join steps.int_asset_owners as owners
    on owners.asset_id = granted.asset_id
    and owners.owner_id = granted.creator_id
    and owners.valid_from_at <= granted.timestamp
    and owners.heard_until_at >= granted.loaded_at
),
revoked as (
  select valid.consent_receipt_id, min(revocations.timestamp) as revoked_at
  from valid
  join raw.consent_revoked as revocations on revocations.consent_receipt_id = valid.consent_receipt_id
  join steps.int_asset_owners as owners
    on owners.asset_id = valid.asset_id
    and owners.owner_id = revocations.creator_id
    and owners.valid_from_at <= revocations.timestamp
    and owners.heard_until_at >= revocations.loaded_at
  where revocations.timestamp >= valid.timestamp
  group by valid.consent_receipt_id
),
consents as (
  select
    valid.asset_id,
    valid.reported_right,
    valid.timestamp as valid_from_at,
    coalesce(revoked.revoked_at, timestamp '9999-12-31 00:00:00+00') as valid_until_at
  from valid
  left join revoked on revoked.consent_receipt_id = valid.consent_receipt_id
),
for_rights as (
  select asset_id, reported_right, valid_from_at, valid_until_at
  from consents
  where reported_right is not null
  union all
  select asset_id, 'any' as reported_right, valid_from_at, valid_until_at
  from consents
),
by_start as (
  select asset_id, reported_right, valid_from_at, max(valid_until_at) as valid_until_at
  from for_rights
  group by asset_id, reported_right, valid_from_at
),
ordered as (
  select
    *,
    max(valid_until_at) over (
      partition by asset_id, reported_right
      order by valid_from_at
      rows between unbounded preceding and 1 preceding
    ) as covered_until_at
  from by_start
),
numbered as (
  select
    *,
    sum(case when covered_until_at >= valid_from_at then 0 else 1 end) over (
      partition by asset_id, reported_right
      order by valid_from_at
      rows between unbounded preceding and current row
    ) as time_number
  from ordered
)
select asset_id, reported_right, min(valid_from_at) as valid_from_at, max(valid_until_at) as valid_until_at
from numbered
group by asset_id, reported_right, time_number
