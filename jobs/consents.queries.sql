-- consents_of_creator: The consents that a creator gave, and those to assets that were transferred to it, the newest first; of two reports of a
-- receipt the first recorded stands. Who owns an asset now is decided by the last transfer from or to the creator, and otherwise by the receipt.
with moves as (
  select asset_id, owner_id = $1 as is_owner
  from raw.asset_transferred
  where asset_id is not null and owner_id is not null and timestamp is not null and creator_id <> owner_id and (creator_id = $1 or owner_id = $1)
  qualify row_number() over (partition by asset_id order by timestamp desc, loaded_at desc, id desc) = 1
),
candidates as (
  select distinct granted.consent_receipt_id
  from raw.consent_granted as granted
  left join moves on moves.asset_id = granted.asset_id
  where granted.creator_id = $1 or moves.is_owner
),
receipts as (
  select granted.consent_receipt_id, granted.asset_id, granted.creator_id, granted.usage_right, granted.consent_hash, granted.timestamp
  from raw.consent_granted as granted
  join candidates on candidates.consent_receipt_id = granted.consent_receipt_id
  where granted.timestamp is not null
  qualify row_number() over (partition by granted.consent_receipt_id order by granted.loaded_at, granted.id) = 1
),
revoked as (
  select receipts.consent_receipt_id, min(revocations.timestamp) as revoked_at
  from receipts
  join raw.consent_revoked as revocations on revocations.consent_receipt_id = receipts.consent_receipt_id
  where revocations.timestamp >= receipts.timestamp and (revocations.creator_id = receipts.creator_id or revocations.creator_id = $1)
  group by receipts.consent_receipt_id
)
select
  receipts.consent_receipt_id,
  receipts.asset_id,
  assets.asset_title,
  receipts.usage_right,
  receipts.consent_hash,
  receipts.timestamp as granted_at,
  receipts.creator_id as granted_by,
  revoked.revoked_at,
  coalesce(moves.is_owner, receipts.creator_id = $1) as is_owner
from receipts
left join revoked on revoked.consent_receipt_id = receipts.consent_receipt_id
left join moves on moves.asset_id = receipts.asset_id
left join tantieme.stg_rudder__assets as assets on assets.asset_id = receipts.asset_id
order by granted_at desc, receipts.consent_receipt_id;
