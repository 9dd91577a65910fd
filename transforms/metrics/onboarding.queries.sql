-- creator_sign_ups: Creators who signed up in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'creator_signed_up'
group by period;

-- creators_verified: Creators whose identity check first succeeded in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'creator_verified'
group by period;

-- assets_uploaded: Assets that were uploaded in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'asset_uploaded'
group by period;

-- assets_published: Assets that were first published in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'asset_published'
group by period;

-- days_to_first_royalty: Days from signing up to the first royalty, on average, of the creators who signed up in the period.
-- Creators who have earned nothing yet are left out.
select cohort_period as period, fn.ratio_ppm(sum(days_to_royalty_count), count(days_to_royalty_count)) as metric_value
from tantieme.creator_milestones
where days_to_royalty_count is not null
group by cohort_period;
