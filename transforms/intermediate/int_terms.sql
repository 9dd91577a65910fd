-- One row per version of terms that the asset's owner of that time set, with the interval in which it is in force, and what is wrong with
-- its holders, if anything. The currency is null if it is not one that can be paid. `withdrawn_at` is when the owner withdrew the asset
-- meanwhile. An asset needs consents from the first one on that its owner has given, or always if the policy says so.
with owned as (
  select terms.*
  from tantieme.stg_rudder__asset_terms as terms
  left join steps.int_asset_owners as owners
    on owners.asset_id = terms.asset_id
    and owners.valid_from_at <= terms.occurred_at
    and owners.valid_until_at > terms.occurred_at
  where owners.asset_id is null or owners.owner_id = terms.creator_id
),
ordered as (
  select
    *,
    row_number() over (order by terms_id) as terms_number,
    lead(occurred_at) over (partition by asset_id, license_type order by occurred_at, terms_id) as valid_until_at,
    fn.split_share_sum(splits) as share_sum
  from owned
),
withdrawals as (
  select withdrawn.asset_id, withdrawn.timestamp as withdrawn_at
  from raw.asset_withdrawn as withdrawn
  join steps.int_asset_owners as owners
    on owners.asset_id = withdrawn.asset_id
    and owners.owner_id = withdrawn.creator_id
    and owners.valid_from_at <= withdrawn.timestamp
    and owners.valid_until_at > withdrawn.timestamp
),
ended as (
  select ordered.terms_id, min(withdrawals.withdrawn_at) as withdrawn_at
  from ordered
  join withdrawals
    on withdrawals.asset_id = ordered.asset_id
    and withdrawals.withdrawn_at >= ordered.occurred_at
    and withdrawals.withdrawn_at < coalesce(ordered.valid_until_at, timestamp '9999-12-31 00:00:00+00')
  group by ordered.terms_id
),
consented as (
  select asset_id, min(valid_from_at) as consents_from_at
  from steps.int_consents
  group by asset_id
)
select
  ordered.terms_number,
  ordered.terms_id,
  ordered.asset_id,
  ordered.license_type,
  ordered.rate,
  currencies.currency,
  ordered.splits,
  ordered.recorded_at,
  ordered.occurred_at as valid_from_at,
  coalesce(ordered.valid_until_at, timestamp '9999-12-31 00:00:00+00') as valid_until_at,
  ended.withdrawn_at,
  case when policy.is_consent_always_needed then timestamp '0001-01-01 00:00:00+00' else consented.consents_from_at end as consents_needed_from_at,
  case
    when ordered.share_sum is null then 'holders_unreadable'
    when ordered.share_sum <> 10000 then 'shares_not_whole'
  end as exception_reason
from ordered
cross join seeds.consent_policy as policy
left join seeds.currencies as currencies on currencies.currency = ordered.currency
left join ended on ended.terms_id = ordered.terms_id
left join consented on consented.asset_id = ordered.asset_id
