-- daily_revenue: What buyers paid by day, before refunds, without tax.
select period, journal_on, currency, sum(sold_amount) as sold_amount
from tantieme.daily_money
group by period, journal_on, currency;

-- revenue_by_license_type: What buyers paid by licence type, and what of it is the platform's and the creators', less refunds.
select
  period,
  currency,
  license_type,
  sum(sold_amount) as sold_amount,
  sum(refunds_amount) as refunds_amount,
  sum(platform_fee_amount) as platform_fee_amount,
  sum(royalty_amount) as royalty_amount
from tantieme.daily_money
group by period, currency, license_type;

-- top_creators: The ten creators with the highest royalties of each period.
select period, currency, creator_id, royalty_amount
from (
  select
    period,
    currency,
    creator_id,
    royalty_amount,
    row_number() over (partition by period, currency order by royalty_amount desc, creator_id) as creator_rank
  from (
    select period, currency, creator_id, sum(royalty_amount) as royalty_amount
    from tantieme.royalties
    group by period, currency, creator_id
  ) as earned
) as ranked
where creator_rank <= 10;

-- top_assets: The ten assets with the highest revenue of each period, less refunds.
select period, currency, asset_id, buyers_net_amount, royalty_amount
from (
  select
    period,
    currency,
    asset_id,
    buyers_net_amount,
    royalty_amount,
    row_number() over (partition by period, currency order by buyers_net_amount desc, asset_id) as asset_rank
  from (
    select period, currency, asset_id, sum(buyers_net_amount) as buyers_net_amount, sum(royalty_amount) as royalty_amount
    from tantieme.daily_money
    group by period, currency, asset_id
  ) as earned
) as ranked
where asset_rank <= 10;

-- top_developers: The ten developers who paid most in each period, less refunds, without tax.
select period, currency, developer_id, sale_count, spent_amount
from (
  select
    period,
    currency,
    developer_id,
    sale_count,
    spent_amount,
    row_number() over (partition by period, currency order by spent_amount desc, developer_id) as developer_rank
  from tantieme.developer_spend
) as ranked
where developer_rank <= 10;

-- onboarding_funnel: How many of the creators who signed up in the period have reached each step by now.
select cohort_period as period, '1_signed_up' as milestone, count(*) as creator_count from tantieme.creator_milestones group by cohort_period
union all
select cohort_period as period, '2_verified' as milestone, count(verified_on) as creator_count from tantieme.creator_milestones group by cohort_period
union all
select cohort_period as period, '3_uploaded' as milestone, count(uploaded_on) as creator_count from tantieme.creator_milestones group by cohort_period
union all
select cohort_period as period, '4_published' as milestone, count(published_on) as creator_count from tantieme.creator_milestones group by cohort_period
union all
select cohort_period as period, '5_earned' as milestone, count(first_royalty_on) as creator_count from tantieme.creator_milestones group by cohort_period;

-- totals: The totals of each period: what buyers paid, and where all of it went.
select period, currency, buyers_net_amount, creators_amount, platform_fee_amount, rounding_amount, suspense_amount
from tantieme.period_totals;

-- balances_of_month: What creators are owed at the end of each period, and what of it can be paid out or is on hold.
select period, currency, creator_count, owed_amount, payable_amount, held_amount
from tantieme.monthly_balances;

-- breaks_by_class: Differences between the books and Stripe's records by class.
select period, currency, break_class, count(*) as break_count
from tantieme.breaks
group by period, currency, break_class;

-- exceptions_by_reason: Facts that cannot be booked yet, or need a look, by reason.
select period, exception_reason, cast(sum(fact_count) as int64) as fact_count
from tantieme.exceptions
group by period, exception_reason;

-- payouts_by_state: Payouts by the period whose balance they pay, and their current state.
select payout_period as period, currency, payout_status, count(*) as payout_count, sum(amount) as amount
from tantieme.payout_states
where payout_period is not null and currency is not null and amount is not null
group by payout_period, currency, payout_status;

-- activity_by_kind: What happened, by kind.
select period, activity_kind, cast(sum(activity_count) as int64) as activity_count
from tantieme.daily_activity
group by period, activity_kind;

-- royalties_of_creator: The royalties of a creator by period, less what refunds took back.
select period, currency, creator_id, sum(royalty_amount) as royalty_amount
from tantieme.royalties
group by period, currency, creator_id;

-- assets_of_creator: The royalties of a creator by asset and licence type.
select period, currency, creator_id, asset_id, license_type, sum(royalty_amount) as royalty_amount
from tantieme.royalties
group by period, currency, creator_id, asset_id, license_type;
