-- One row per version of terms that the asset's owner set, with the interval in which it is in force, and what is wrong with its holders,
-- if anything. Versions follow each other in the order of their own times. One that was received hours late, hours after terms that it replaces
-- and after a sale or use of its time, is in force only from then on, and never if the next version, or another owner, was there by then. The
-- currency is null, with its minor unit, if it is not one that can be paid. `withdrawn_at` is when the owner withdrew the asset meanwhile. An asset needs
-- consents from the first one on that its owner has given, or always if the policy says so.
with reported as (
  select terms_id, asset_id, creator_id, license_type, rate, currency, splits, occurred_at, received_at, recorded_at
  from tantieme.stg_rudder__asset_terms
),
known_assets as (
  select distinct asset_id
  from steps.int_asset_owners
),
allowed as (
  select terms.terms_id, max(owners.valid_until_at) as owned_until_at
  from reported as terms
  join steps.int_asset_owners as owners
    on owners.asset_id = terms.asset_id
    and owners.owner_id = terms.creator_id
    and owners.valid_from_at <= terms.occurred_at
    and owners.heard_until_at >= terms.recorded_at
  group by terms.terms_id
),
owned as (
  select
    terms.terms_id,
    terms.asset_id,
    terms.license_type,
    terms.occurred_at,
    terms.received_at,
    coalesce(allowed.owned_until_at, timestamp '9999-12-31 00:00:00+00') as owned_until_at
  from reported as terms
  left join allowed on allowed.terms_id = terms.terms_id
  left join known_assets on known_assets.asset_id = terms.asset_id
  where allowed.terms_id is not null or known_assets.asset_id is null
),
sequenced as (
  select
    *,
    coalesce(lead(occurred_at) over (partition by asset_id, license_type order by occurred_at, terms_id), timestamp '9999-12-31 00:00:00+00') as next_occurred_at,
    min(received_at) over (
      partition by asset_id, license_type
      order by occurred_at, terms_id
      rows between unbounded preceding and 1 preceding
    ) as replaced_received_at
  from owned
),
late as (
  select terms_id, asset_id, license_type, occurred_at, next_occurred_at, received_at
  from sequenced
  where fn.hour_number(received_at) - fn.hour_number(occurred_at) > 1 and fn.hour_number(received_at) - fn.hour_number(replaced_received_at) > 1
),
revenue as (
  select 'one_time' as license_type, asset_id, timestamp, received_at
  from raw.license_purchased
  union all
  select 'subscription' as license_type, asset_id, timestamp, received_at
  from raw.subscription_started
  union all
  select 'subscription' as license_type, asset_id, timestamp, received_at
  from raw.subscription_renewed
  union all
  select 'metered' as license_type, asset_id, timestamp, received_at
  from raw.asset_used
),
backdated as (
  select distinct late.terms_id
  from late
  join revenue
    on revenue.asset_id = late.asset_id
    and revenue.license_type = late.license_type
    and revenue.timestamp >= late.occurred_at
    and revenue.timestamp < late.next_occurred_at
    and fn.hour_number(late.received_at) - fn.hour_number(revenue.received_at) > 1
),
timed as (
  select
    sequenced.*,
    backdated.terms_id is not null as is_backdated,
    backdated.terms_id is not null and (sequenced.received_at >= sequenced.next_occurred_at or sequenced.received_at >= sequenced.owned_until_at) as is_too_late,
    case when backdated.terms_id is null then sequenced.occurred_at else sequenced.received_at end as valid_from_at
  from sequenced
  left join backdated on backdated.terms_id = sequenced.terms_id
),
moved as (
  select distinct asset_id, license_type
  from timed
  where is_backdated
),
followed as (
  select
    timed.terms_id,
    lead(timed.valid_from_at) over (partition by timed.asset_id, timed.license_type, timed.is_too_late order by timed.occurred_at, timed.terms_id) as next_from_at
  from timed
  join moved on moved.asset_id = timed.asset_id and moved.license_type = timed.license_type
),
ordered as (
  select
    timed.terms_id,
    timed.asset_id,
    timed.license_type,
    timed.occurred_at,
    timed.valid_from_at,
    timed.is_backdated,
    row_number() over (order by timed.terms_id) as terms_number,
    case
      when timed.is_too_late then timed.valid_from_at
      when followed.terms_id is null then timed.next_occurred_at
      else coalesce(followed.next_from_at, timestamp '9999-12-31 00:00:00+00')
    end as valid_until_at
  from timed
  left join followed on followed.terms_id = timed.terms_id
),
withdrawals as (
  select withdrawn.asset_id, withdrawn.timestamp as withdrawn_at
  from raw.asset_withdrawn as withdrawn
  join steps.int_asset_owners as owners
    on owners.asset_id = withdrawn.asset_id
    and owners.owner_id = withdrawn.creator_id
    and owners.valid_from_at <= withdrawn.timestamp
    and owners.heard_until_at >= withdrawn.loaded_at
),
ended as (
  select ordered.terms_id, min(withdrawals.withdrawn_at) as withdrawn_at
  from ordered
  join withdrawals
    on withdrawals.asset_id = ordered.asset_id
    and withdrawals.withdrawn_at >= ordered.valid_from_at
    and withdrawals.withdrawn_at < ordered.valid_until_at
  group by ordered.terms_id
),
consented as (
  select asset_id, min(valid_from_at) as consents_from_at
  from steps.int_consents
  group by asset_id
),
contents as (
  select terms_id, rate, currency, splits, recorded_at, fn.split_share_sum(splits) as share_sum
  from reported
)
select
  ordered.terms_number,
  ordered.terms_id,
  ordered.asset_id,
  ordered.license_type,
  contents.rate,
  currencies.currency,
  currencies.minor_per_unit,
  contents.splits,
  ordered.occurred_at,
  contents.recorded_at,
  ordered.valid_from_at,
  ordered.valid_until_at,
  ordered.is_backdated,
  ended.withdrawn_at,
  case when policy.is_consent_always_needed then timestamp '0001-01-01 00:00:00+00' else consented.consents_from_at end as consents_needed_from_at,
  case
    when contents.share_sum is null then 'holders_unreadable'
    when contents.share_sum <> 10000 then 'shares_not_whole'
  end as exception_reason
from ordered
join contents on contents.terms_id = ordered.terms_id
cross join seeds.consent_policy as policy
left join seeds.currencies as currencies on currencies.currency = contents.currency
left join ended on ended.terms_id = ordered.terms_id
left join consented on consented.asset_id = ordered.asset_id
