-- One row per version of terms that the asset's owner of that time set, with the interval in which it is in force, and what is wrong with
-- its holders, if anything. Terms that were received more than a day late and replace others, so that they would move a sale or use that was
-- recorded before, are in force from when they were received. The currency is null if it is not one that can be paid. `withdrawn_at` is when the
-- owner withdrew the asset meanwhile. An asset needs consents from the first one on that its owner has given, or always if the policy says so.
with owned as (
  select terms.*
  from tantieme.stg_rudder__asset_terms as terms
  left join steps.int_asset_owners as owners
    on owners.asset_id = terms.asset_id
    and owners.valid_from_at <= terms.occurred_at
    and owners.valid_until_at > terms.occurred_at
  where owners.asset_id is null or (owners.owner_id = terms.creator_id and owners.heard_until_at >= terms.recorded_at)
),
replacing as (
  select
    *,
    min(recorded_at) over (
      partition by asset_id, license_type
      order by occurred_at, terms_id
      rows between unbounded preceding and 1 preceding
    ) as replaced_recorded_at
  from owned
),
late as (
  select terms_id, asset_id, license_type, occurred_at, recorded_at
  from replacing
  where replaced_recorded_at < recorded_at and fn.day_number(received_at) - fn.day_number(occurred_at) > 1
),
revenue as (
  select 'one_time' as license_type, asset_id, timestamp, loaded_at
  from raw.license_purchased
  union all
  select 'subscription' as license_type, asset_id, timestamp, loaded_at
  from raw.subscription_started
  union all
  select 'subscription' as license_type, asset_id, timestamp, loaded_at
  from raw.subscription_renewed
  union all
  select 'metered' as license_type, asset_id, timestamp, loaded_at
  from raw.asset_used
),
backdated as (
  select distinct late.terms_id
  from late
  join revenue
    on revenue.asset_id = late.asset_id
    and revenue.license_type = late.license_type
    and revenue.timestamp >= late.occurred_at
    and revenue.loaded_at < late.recorded_at
),
timed as (
  select
    owned.*,
    backdated.terms_id is not null as is_backdated,
    case when backdated.terms_id is null then owned.occurred_at else owned.received_at end as valid_from_at
  from owned
  left join backdated on backdated.terms_id = owned.terms_id
),
ordered as (
  select
    *,
    row_number() over (order by terms_id) as terms_number,
    lead(valid_from_at) over (partition by asset_id, license_type order by valid_from_at, terms_id) as valid_until_at,
    fn.split_share_sum(splits) as share_sum
  from timed
),
withdrawals as (
  select withdrawn.asset_id, withdrawn.timestamp as withdrawn_at
  from raw.asset_withdrawn as withdrawn
  join steps.int_asset_owners as owners
    on owners.asset_id = withdrawn.asset_id
    and owners.owner_id = withdrawn.creator_id
    and owners.valid_from_at <= withdrawn.timestamp
    and owners.valid_until_at > withdrawn.timestamp
    and owners.heard_until_at >= withdrawn.loaded_at
),
ended as (
  select ordered.terms_id, min(withdrawals.withdrawn_at) as withdrawn_at
  from ordered
  join withdrawals
    on withdrawals.asset_id = ordered.asset_id
    and withdrawals.withdrawn_at >= ordered.valid_from_at
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
  ordered.occurred_at,
  ordered.recorded_at,
  ordered.valid_from_at,
  coalesce(ordered.valid_until_at, timestamp '9999-12-31 00:00:00+00') as valid_until_at,
  ordered.is_backdated,
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
