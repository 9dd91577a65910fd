-- developer_sign_ups: AI developers who signed up in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'developer_signed_up'
group by period;

-- api_keys_created: API keys that developers created in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'api_key_created'
group by period;

-- samples_requested: Samples that developers requested in the period.
select period, cast(sum(activity_count) as int64) as metric_value
from tantieme.daily_activity
where activity_kind = 'sample_requested'
group by period;

-- purchases: Payments for licences and subscriptions that are booked in the period.
-- A sale in suspense is not counted.
select period, cast(sum(sale_count) as int64) as metric_value
from tantieme.developer_spend
group by period;

-- developer_spend: What developers paid for sales and metered use that is booked in the period, less refunds and corrections, without tax.
select period, currency, sum(spent_amount) as metric_value
from tantieme.developer_spend
group by period, currency;
