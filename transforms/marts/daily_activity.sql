-- One row per day and kind of activity: how often it happened. A creator, asset, developer, key or payment counts once, on its first day; metered use
-- is counted by month, in the royalties.
with happened as (
  select 'creator_signed_up' as activity_kind, creator_id as subject_id, min(timestamp) as occurred_at from raw.creator_signed_up where creator_id is not null group by creator_id
  union all
  select 'creator_verified' as activity_kind, creator_id as subject_id, min(timestamp) as occurred_at from raw.creator_kyc_completed where creator_id is not null and kyc_status = 'verified' group by creator_id
  union all
  select 'asset_uploaded' as activity_kind, asset_id as subject_id, min(timestamp) as occurred_at from raw.asset_uploaded where asset_id is not null group by asset_id
  union all
  select 'asset_published' as activity_kind, asset_id as subject_id, min(timestamp) as occurred_at from raw.asset_published where asset_id is not null group by asset_id
  union all
  select 'developer_signed_up' as activity_kind, developer_id as subject_id, min(timestamp) as occurred_at from raw.developer_signed_up where developer_id is not null group by developer_id
  union all
  select 'api_key_created' as activity_kind, api_key_id as subject_id, min(timestamp) as occurred_at from raw.api_key_created where api_key_id is not null group by api_key_id
  union all
  select 'sample_requested' as activity_kind, id as subject_id, timestamp as occurred_at from raw.sample_requested
  union all
  select case when license_type = 'one_time' then 'license_purchased' else 'subscription_paid' end as activity_kind, sale_id as subject_id, occurred_at from tantieme.stg_rudder__sales
)
select fn.month_of(occurred_at) as period, fn.date_of(occurred_at) as activity_on, activity_kind, count(*) as activity_count
from happened
where occurred_at is not null
group by fn.month_of(occurred_at), fn.date_of(occurred_at), activity_kind
