-- One row per creator who signed up: the days of the first steps, from signing up to the first royalty.
with signed_up as (
  select creator_id, min(timestamp) as signed_up_at
  from raw.creator_signed_up
  where creator_id is not null and timestamp is not null
  group by creator_id
),
verified as (
  select creator_id, min(timestamp) as verified_at
  from raw.creator_kyc_completed
  where kyc_status = 'verified'
  group by creator_id
),
uploaded as (
  select creator_id, min(timestamp) as uploaded_at
  from raw.asset_uploaded
  group by creator_id
),
published as (
  select creator_id, min(timestamp) as published_at
  from raw.asset_published
  group by creator_id
),
earned as (
  select creator_id, min(coalesce(occurred_at, fn.start_of_day(fn.last_day_of(earned_period)))) as first_royalty_at
  from tantieme.royalties
  where movement_kind = 'earning' and royalty_amount > 0
  group by creator_id
)
select
  signed_up.creator_id,
  fn.month_of(signed_up.signed_up_at) as cohort_period,
  fn.date_of(signed_up.signed_up_at) as signed_up_on,
  fn.date_of(verified.verified_at) as verified_on,
  fn.date_of(uploaded.uploaded_at) as uploaded_on,
  fn.date_of(published.published_at) as published_on,
  fn.date_of(earned.first_royalty_at) as first_royalty_on,
  fn.day_number(earned.first_royalty_at) - fn.day_number(signed_up.signed_up_at) as days_to_royalty_count
from signed_up
left join verified on verified.creator_id = signed_up.creator_id
left join uploaded on uploaded.creator_id = signed_up.creator_id
left join published on published.creator_id = signed_up.creator_id
left join earned on earned.creator_id = signed_up.creator_id
