-- offered_terms: The assets that are offered now, after an id, by id, each with the newest version of its terms for each kind of licence. Terms
-- count if they come from whoever uploaded the asset or was given it; those from before it was withdrawn do not.
with owners as (
  select asset_id, creator_id
  from tantieme.stg_rudder__assets
  union distinct
  select asset_id, owner_id as creator_id
  from raw.asset_transferred
  where asset_id is not null and owner_id is not null
),
withdrawn as (
  select asset_id, max(timestamp) as withdrawn_at
  from raw.asset_withdrawn
  where asset_id is not null
  group by asset_id
),
newest_terms as (
  select terms.asset_id, assets.asset_title, terms.license_type, terms.rate, terms.currency, terms.occurred_at as valid_from_at
  from tantieme.stg_rudder__asset_terms as terms
  left join tantieme.stg_rudder__assets as assets on assets.asset_id = terms.asset_id
  left join owners on owners.asset_id = terms.asset_id and owners.creator_id = terms.creator_id
  left join withdrawn on withdrawn.asset_id = terms.asset_id
  where
    terms.asset_id > $1
    and terms.license_type is not null
    and terms.rate is not null
    and terms.currency is not null
    and (owners.asset_id is not null or assets.asset_id is null)
    and (withdrawn.withdrawn_at is null or withdrawn.withdrawn_at < terms.occurred_at)
  qualify row_number() over (
    partition by terms.asset_id, terms.license_type
    order by terms.occurred_at desc, terms.terms_id desc
  ) = 1
),
first_assets as (
  select distinct asset_id
  from newest_terms
  order by asset_id
  limit 51
)
select newest_terms.*
from newest_terms
join first_assets on first_assets.asset_id = newest_terms.asset_id
order by newest_terms.asset_id, newest_terms.license_type;

-- rights_of_assets: The uses that the owners of these assets have consented to, without those that they have taken back.
with granted as (
  select consent_receipt_id, asset_id, usage_right
  from raw.consent_granted
  where asset_id is not null and usage_right is not null and fn.is_in_list(asset_id, $1)
),
revoked as (
  select distinct consent_receipt_id
  from raw.consent_revoked
  where consent_receipt_id is not null
)
select distinct granted.asset_id, granted.usage_right
from granted
left join revoked on revoked.consent_receipt_id = granted.consent_receipt_id
where revoked.consent_receipt_id is null
order by granted.asset_id, granted.usage_right;
