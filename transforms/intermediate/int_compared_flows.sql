-- One row per thing that our books or Stripe have of which the comparison is not clear at once (flow_id), which must be compared one by one; and of
-- all that is clear, one row per month, kind and currency with the count and the sums, without a flow_id. It is clear where our books have sales,
-- one refund or one payout, Stripe has one object with one balance transaction of the usual kind, each the only one that names the other, and
-- amount, currency and account are the same, with a fee within its limit: these match. Whatever else names one of them, on either side, leaves it in
-- doubt. The fee is compared with its limit in whole numbers, which are exact below the bound; above it, it is not clear; a
-- case, for an engine may compute every side of an and.
with numbered as (
  select currency, minor_per_unit, row_number() over (order by currency) as currency_number
  from seeds.currencies
),
usual as (
  select
    kinds.reporting_category,
    kinds.balance_transaction_type,
    kinds.balance_type,
    categories.cash_movement,
    case categories.cash_movement when 'charge' then 1000 when 'refund' then 2000 else 3000 end as kind_number,
    categories.expected_sign
  from seeds.stripe_kinds as kinds
  join seeds.stripe_categories as categories on categories.reporting_category = kinds.reporting_category
  where categories.movement_class = 'reported'
    and ((categories.cash_movement = 'charge' and categories.expected_sign = 1) or categories.cash_movement in ('refund', 'transfer'))
),
objects as (
  select
    id_stripe as object_id_stripe,
    'charge' as object_kind,
    case when captured_minor > amount_minor then captured_minor else amount_minor end as object_minor,
    currency as object_currency,
    '' as account_id_stripe,
    paying_account_id_stripe is null and failure_balance_transaction_id_stripe is null as is_plain,
    balance_transaction_id_stripe
  from tantieme.stg_stripe__charges
  union all
  select id_stripe as object_id_stripe, 'refund' as object_kind, amount_minor as object_minor, currency as object_currency, '' as account_id_stripe, failure_balance_transaction_id_stripe is null as is_plain, balance_transaction_id_stripe
  from tantieme.stg_stripe__refunds
  union all
  select id_stripe as object_id_stripe, 'transfer' as object_kind, amount_minor as object_minor, currency as object_currency, destination_account_id_stripe as account_id_stripe, true as is_plain, balance_transaction_id_stripe
  from tantieme.stg_stripe__transfers
),
moved as (
  select
    rows_read.id_stripe,
    rows_read.source_id_stripe,
    usual.kind_number + numbered.currency_number as shape_number,
    case when objects.object_currency = rows_read.currency then rows_read.amount_minor else usual.expected_sign * objects.object_minor end as own_minor,
    case when objects.object_currency <> rows_read.currency then rows_read.currency end as settled_currency,
    case when objects.object_currency <> rows_read.currency then rows_read.amount_minor end as settled_minor,
    objects.account_id_stripe,
    coalesce(
      objects.is_plain
        and objects.object_id_stripe = rows_read.source_id_stripe
        and rows_read.amount_minor * usual.expected_sign > 0
        and (
          limits.most_fixed_minor is null
          or rows_read.fee_minor <= limits.most_fixed_minor
          or case
            when rows_read.amount_minor > -100000000000 and rows_read.amount_minor < 100000000000 and rows_read.fee_minor < 100000000000
              then (rows_read.fee_minor - limits.most_fixed_minor) * 10000 <= rows_read.amount_minor * usual.expected_sign * limits.most_fee_bps
            else false
          end
        ),
      false
    ) as is_direct
  from tantieme.stg_stripe__balance_transactions as rows_read
  left join objects on objects.balance_transaction_id_stripe = rows_read.id_stripe
  left join usual
    on usual.reporting_category = rows_read.reporting_category
    and usual.balance_transaction_type = rows_read.balance_transaction_type
    and usual.balance_type = rows_read.balance_type
    and usual.cash_movement = objects.object_kind
  left join numbered on numbered.currency = objects.object_currency
  left join seeds.stripe_fee_limits as limits on limits.cash_movement = objects.object_kind and limits.currency = rows_read.currency
),
loose as (
  select id_stripe, source_id_stripe
  from moved
  where not is_direct
  union distinct
  select balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe
  from tantieme.stg_stripe__transfer_reversals
  union distinct
  select balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe
  from tantieme.stg_stripe__application_fee_refunds
  union distinct
  select links.failure_balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe
  from steps.int_object_links as links
  where links.failure_balance_transaction_id_stripe is not null
),
linked as (
  select links.id_stripe, links.whole_id_stripe
  from steps.int_object_links as links
  where links.balance_transaction_id_stripe in (select id_stripe from loose)
    or links.failure_balance_transaction_id_stripe in (select id_stripe from loose)
    or links.id_stripe in (select source_id_stripe from loose)
),
named as (
  select id_stripe as flow_id
  from loose
  union all
  select source_id_stripe as flow_id
  from loose
  union all
  select id_stripe as flow_id
  from linked
  union all
  select whole_id_stripe as flow_id
  from linked
  union all
  select dispute_id_stripe as flow_id
  from tantieme.stg_rudder__disputes
  union all
  select transfer_id_stripe as flow_id
  from tantieme.stg_rudder__payout_reversals
  union all
  select id_stripe as flow_id
  from stripe.charges
  where id_stripe in (select id_stripe from stripe.refunds union all select id_stripe from stripe.transfers)
  union all
  select id_stripe as flow_id
  from stripe.refunds
  where id_stripe in (select id_stripe from stripe.transfers)
),
in_doubt as (
  select distinct flow_id
  from named
  where flow_id is not null
),
reported as (
  select sale_id as fact_id, coalesce(charge_id_stripe, sale_id) as flow_id, 1000 as kind_number, amount + tax_amount as amount, currency, '' as account_id_stripe, cast(null as string) as paid_period, occurred_at, recorded_at
  from tantieme.stg_rudder__sales
  union all
  select invoice_id as fact_id, coalesce(charge_id_stripe, invoice_id) as flow_id, 1000 as kind_number, amount + tax_amount as amount, currency, '' as account_id_stripe, cast(null as string) as paid_period, occurred_at, recorded_at
  from tantieme.stg_rudder__usage_invoices
  union all
  select refund_id as fact_id, refund_id_stripe as flow_id, 2000 as kind_number, -(amount + tax_amount) as amount, currency, '' as account_id_stripe, cast(null as string) as paid_period, occurred_at, recorded_at
  from tantieme.stg_rudder__refunds
  union all
  select payout_id as fact_id, transfer_id_stripe as flow_id, 3000 as kind_number, -amount as amount, currency, account_id_stripe, payout_period as paid_period, occurred_at, recorded_at
  from tantieme.stg_rudder__payouts
  where payout_rail is null
),
corrected as (
  select distinct root_id
  from steps.int_known_corrections
  where root_id is not null
),
placed as (
  select
    reported.flow_id,
    reported.kind_number + numbered.currency_number as shape_number,
    numbered.minor_per_unit,
    reported.amount,
    reported.account_id_stripe,
    corrected.root_id,
    coalesce(reported.paid_period, fn.booked_in(fn.month_of(reported.occurred_at), open_periods.period)) as period
  from reported
  join numbered on numbered.currency = reported.currency
  join tantieme.int_open_periods as open_periods
    on (open_periods.valid_from_at is null or reported.recorded_at >= open_periods.valid_from_at)
    and (open_periods.valid_until_at is null or reported.recorded_at < open_periods.valid_until_at)
  left join corrected on corrected.root_id = reported.fact_id
  where reported.flow_id is not null
    and reported.amount <> 0
    and fn.is_bookable(case when reported.amount < 0 then -reported.amount else reported.amount end, numbered.minor_per_unit)
),
shared as (
  select flow_id
  from placed
  group by flow_id
  having count(*) > 1
),
summed_facts as (
  select
    flow_id,
    min(shape_number) as shape_number,
    max(shape_number) as last_shape_number,
    min(period) as period,
    fn.minor_floor(sum(amount), max(minor_per_unit)) as ledger_minor,
    count(root_id) as corrected_count
  from placed
  where flow_id in (select flow_id from shared)
  group by flow_id
),
ours as (
  select
    flow_id,
    case when root_id is null then shape_number end as shape_number,
    period,
    fn.minor_floor(amount, minor_per_unit) as ledger_minor,
    account_id_stripe
  from placed
  where flow_id not in (select flow_id from shared)
  union all
  select
    flow_id,
    case when shape_number = last_shape_number and corrected_count = 0 and shape_number < 3000 then shape_number end as shape_number,
    period,
    ledger_minor,
    '' as account_id_stripe
  from summed_facts
),
direct as (
  select source_id_stripe as flow_id, shape_number, own_minor, settled_currency, settled_minor, account_id_stripe
  from moved
  where is_direct
),
compared as (
  select
    coalesce(ours.flow_id, direct.flow_id) as flow_id,
    ours.period,
    direct.shape_number,
    direct.own_minor,
    direct.settled_currency,
    direct.settled_minor,
    coalesce(
      ours.ledger_minor = direct.own_minor and ours.shape_number = direct.shape_number and ours.account_id_stripe = direct.account_id_stripe,
      false
    ) as is_equal
  from ours
  full join direct on direct.flow_id = ours.flow_id
),
judged as (
  select
    case when not is_equal or flow_id in (select flow_id from in_doubt) then flow_id end as flow_id,
    period,
    shape_number,
    own_minor,
    settled_currency,
    settled_minor
  from compared
),
summed as (
  select
    period,
    shape_number,
    settled_currency,
    count(*) as flow_count,
    cast(sum(own_minor) as int64) as own_minor,
    cast(sum(settled_minor) as int64) as settled_minor
  from judged
  where flow_id is null and period = $period
  group by period, shape_number, settled_currency
),
unclear as (
  select flow_id
  from judged
  where flow_id is not null
  union distinct
  select flow_id
  from in_doubt
)
select
  flow_id,
  cast(null as string) as period,
  cast(null as string) as flow_kind,
  cast(null as string) as currency,
  cast(null as string) as settled_currency,
  1 as flow_count,
  cast(null as int64) as ledger_minor,
  cast(null as int64) as settled_minor
from unclear
union all
select
  cast(null as string) as flow_id,
  summed.period,
  case when summed.shape_number < 2000 then 'charge' when summed.shape_number < 3000 then 'refund' else 'transfer' end as flow_kind,
  numbered.currency,
  summed.settled_currency,
  summed.flow_count,
  summed.own_minor as ledger_minor,
  summed.settled_minor
from summed
join numbered
  on numbered.currency_number = summed.shape_number - case when summed.shape_number < 2000 then 1000 when summed.shape_number < 3000 then 2000 else 3000 end
