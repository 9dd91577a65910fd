-- One row per period, balance at Stripe, currency and line of the bridge: the opening balance, what moved it by Stripe's category with fees and
-- count, and the closing balance. Beside it the balance that Stripe itself gave, less what moved it after the period (`retrieved`), and the
-- difference (`residual`). The balance is that of the first retrieval after the period, or the last one before its end. What Stripe
-- keeps back for connected accounts is added to it, unless Stripe has taken that from the balance by balance transactions of its own. If the period is closed, the
-- balance that its books give is `booked`: it lacks what was recorded only after it was closed.
with retrievals as (
  select balance_type, currency, available_minor + pending_minor as balance_minor, connect_reserved_minor, pulled_at
  from stripe.balances
  where true
  qualify row_number() over (
    partition by balance_type, currency
    order by case when pulled_at >= $ends_at then 0 else 1 end, case when pulled_at >= $ends_at then pulled_at end, pulled_at desc
  ) = 1
),
movements as (
  select
    rows_read.balance_type,
    rows_read.currency,
    rows_read.reporting_category,
    rows_read.created_at < $starts_at as is_before,
    rows_read.created_at < $ends_at as is_before_end,
    rows_read.created_at <= retrievals.pulled_at as is_retrieved,
    count(*) as movement_count,
    sum(rows_read.amount_minor) as gross_minor,
    sum(rows_read.fee_minor) as fee_minor,
    sum(rows_read.net_minor) as net_minor
  from tantieme.stg_stripe__balance_transactions as rows_read
  left join retrievals on retrievals.balance_type = rows_read.balance_type and retrievals.currency = rows_read.currency
  group by
    rows_read.balance_type,
    rows_read.currency,
    rows_read.reporting_category,
    rows_read.created_at < $starts_at,
    rows_read.created_at < $ends_at,
    rows_read.created_at <= retrievals.pulled_at
),
known as (
  select balance_type, currency
  from movements
  union distinct
  select balance_type, currency
  from retrievals
),
stocks as (
  select
    known.balance_type,
    known.currency,
    max(retrievals.pulled_at) as pulled_at,
    max(retrievals.balance_minor) as balance_minor,
    max(retrievals.connect_reserved_minor) as connect_reserved_minor,
    sum(case when movements.is_before then movements.net_minor else 0 end) as opening_minor,
    sum(case when movements.is_before_end then movements.net_minor else 0 end) as closing_minor,
    sum(case when movements.is_retrieved then movements.net_minor else 0 end) as summed_minor
  from known
  left join movements on movements.balance_type = known.balance_type and movements.currency = known.currency
  left join retrievals on retrievals.balance_type = known.balance_type and retrievals.currency = known.currency
  group by known.balance_type, known.currency
),
closed as (
  select count(*) as close_count
  from ledger.closes
  where period = $period
),
booked as (
  select balances.balance_type, postings.currency, fn.minor_floor(sum(postings.posting_amount), max(currencies.minor_per_unit)) as booked_minor
  from tantieme.postings as postings
  join seeds.stripe_balance_types as balances on balances.balance_account = postings.account
  join seeds.currencies as currencies on currencies.currency = postings.currency
  where postings.period >= fn.month_of($books_start_at) and postings.period <= $period
  group by balances.balance_type, postings.currency
),
reserves as (
  select count(*) as reserve_count
  from movements
  where reporting_category = 'connect_reserved_funds'
),
explained as (
  select
    stocks.*,
    stocks.balance_minor + case when reserves.reserve_count = 0 then stocks.connect_reserved_minor else 0 end - stocks.summed_minor as residual_minor
  from stocks
  cross join reserves
),
lines as (
  select balance_type, currency, 'opening' as bridge_line, '' as bridge_category, 0 as movement_count, 0 as gross_minor, 0 as fee_minor, opening_minor as net_minor
  from explained
  union all
  select balance_type, currency, 'closing' as bridge_line, '' as bridge_category, 0 as movement_count, 0 as gross_minor, 0 as fee_minor, closing_minor as net_minor
  from explained
  union all
  select balance_type, currency, 'retrieved' as bridge_line, '' as bridge_category, 0 as movement_count, 0 as gross_minor, 0 as fee_minor, closing_minor + residual_minor as net_minor
  from explained
  where pulled_at is not null
  union all
  select balance_type, currency, 'residual' as bridge_line, '' as bridge_category, 0 as movement_count, 0 as gross_minor, 0 as fee_minor, residual_minor as net_minor
  from explained
  where pulled_at is not null
  union all
  select
    explained.balance_type,
    explained.currency,
    'booked' as bridge_line,
    '' as bridge_category,
    0 as movement_count,
    0 as gross_minor,
    0 as fee_minor,
    coalesce(booked.booked_minor, 0) as net_minor
  from explained
  cross join closed
  left join booked on booked.balance_type = explained.balance_type and booked.currency = explained.currency
  where closed.close_count > 0
  union all
  select
    movements.balance_type,
    movements.currency,
    coalesce(categories.bridge_line, 'activity') as bridge_line,
    movements.reporting_category as bridge_category,
    sum(movements.movement_count) as movement_count,
    sum(movements.gross_minor) as gross_minor,
    sum(movements.fee_minor) as fee_minor,
    sum(movements.net_minor) as net_minor
  from movements
  left join seeds.stripe_categories as categories on categories.reporting_category = movements.reporting_category
  where movements.is_before_end and not movements.is_before
  group by movements.balance_type, movements.currency, coalesce(categories.bridge_line, 'activity'), movements.reporting_category
)
select
  $period as period,
  balance_type,
  currency,
  bridge_line,
  bridge_category,
  cast(movement_count as int64) as movement_count,
  cast(gross_minor as int64) as gross_minor,
  cast(fee_minor as int64) as fee_minor,
  cast(net_minor as int64) as net_minor
from lines
