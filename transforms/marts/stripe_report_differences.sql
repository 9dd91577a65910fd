-- One row per line of a report of Stripe's that was imported, with the same line from the balance transactions of its interval, and what the
-- report has more: 0 if they agree, null if the report does not say. Days are those of UTC. In a report, an automatic payout counts on the day of its arrival and any other on the day
-- of its creation, and fees are negative. A category that the interval has and the report has not is a line of its own, without the amounts of the
-- report.
with arrivals as (
  select id_stripe, is_automatic, arrives_at
  from stripe.payouts
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
),
movements as (
  select
    lines_read.currency,
    lines_read.reporting_category,
    coalesce(categories.bridge_line, 'activity') as bridge_line,
    fn.date_of(case when arrivals.is_automatic and lines_read.reporting_category = 'payout' then arrivals.arrives_at else lines_read.created_at end) as effective_on,
    lines_read.amount_minor,
    lines_read.fee_minor,
    lines_read.net_minor
  from tantieme.stg_stripe__balance_transactions as lines_read
  left join arrivals on arrivals.id_stripe = lines_read.source_id_stripe
  left join seeds.stripe_categories as categories on categories.reporting_category = lines_read.reporting_category
  where lines_read.balance_type = 'payments'
),
days as (
  select
    currency,
    bridge_line,
    reporting_category,
    effective_on,
    count(*) as movement_count,
    sum(amount_minor) as gross_minor,
    -sum(fee_minor) as fee_minor,
    sum(net_minor) as net_minor
  from movements
  group by currency, bridge_line, reporting_category, effective_on
),
imported as (
  select distinct report_name, interval_from_on, interval_until_on, currency
  from tantieme.stg_stripe__report_lines
),
spans as (
  select imported.*, days.bridge_line, days.reporting_category, days.effective_on, days.movement_count, days.gross_minor, days.fee_minor, days.net_minor
  from imported
  join days on days.currency = imported.currency and days.effective_on < imported.interval_until_on
),
own_lines as (
  select report_name, interval_from_on, interval_until_on, currency, bridge_line, reporting_category as bridge_category, movement_count, gross_minor, fee_minor, net_minor
  from spans
  where effective_on >= interval_from_on
  union all
  select report_name, interval_from_on, interval_until_on, currency, bridge_line, '' as bridge_category, movement_count, gross_minor, fee_minor, net_minor
  from spans
  where effective_on >= interval_from_on
  union all
  select report_name, interval_from_on, interval_until_on, currency, 'opening' as bridge_line, '' as bridge_category, movement_count, gross_minor, fee_minor, net_minor
  from spans
  where effective_on < interval_from_on
  union all
  select report_name, interval_from_on, interval_until_on, currency, 'closing' as bridge_line, '' as bridge_category, movement_count, gross_minor, fee_minor, net_minor
  from spans
),
both_sides as (
  select report_name, interval_from_on, interval_until_on, currency, bridge_line, bridge_category, movement_count as reported_count, gross_minor as reported_gross_minor, fee_minor as reported_fee_minor, net_minor as reported_net_minor, 0 as movement_count, 0 as gross_minor, 0 as fee_minor, 0 as net_minor
  from tantieme.stg_stripe__report_lines
  union all
  select report_name, interval_from_on, interval_until_on, currency, bridge_line, bridge_category, cast(null as int64) as reported_count, cast(null as int64) as reported_gross_minor, cast(null as int64) as reported_fee_minor, cast(null as int64) as reported_net_minor, movement_count, gross_minor, fee_minor, net_minor
  from own_lines
),
compared as (
  select
    report_name,
    interval_from_on,
    interval_until_on,
    currency,
    bridge_line,
    bridge_category,
    max(reported_count) as reported_count,
    max(reported_gross_minor) as reported_gross_minor,
    max(reported_fee_minor) as reported_fee_minor,
    max(reported_net_minor) as reported_net_minor,
    sum(movement_count) as movement_count,
    sum(gross_minor) as gross_minor,
    sum(fee_minor) as fee_minor,
    sum(net_minor) as net_minor
  from both_sides
  group by report_name, interval_from_on, interval_until_on, currency, bridge_line, bridge_category
)
select
  report_name,
  interval_from_on,
  interval_until_on,
  currency,
  bridge_line,
  bridge_category,
  reported_count,
  cast(movement_count as int64) as movement_count,
  reported_net_minor,
  cast(net_minor as int64) as net_minor,
  cast(case when reported_net_minor is null then -movement_count else reported_count - movement_count end as int64) as count_difference,
  cast(case when reported_net_minor is null then -gross_minor else reported_gross_minor - gross_minor end as int64) as gross_difference_minor,
  cast(case when reported_net_minor is null then -fee_minor else reported_fee_minor - fee_minor end as int64) as fee_difference_minor,
  cast(coalesce(reported_net_minor, 0) - net_minor as int64) as net_difference_minor
from compared
where reported_net_minor is not null
  or (bridge_category <> '' and report_name = case when bridge_line = 'payouts' then 'payouts.summary.1' else 'balance_change_from_activity.summary.1' end)
