-- linked_ids: The ids that stand beside given ids in a report or a record of Stripe's: a sale and its charge, a refund and its sale, a payout and its transfer, and so on.
-- Every report and version of a record is read, because their own order does not matter here.
with pairs as (
  select sale_id as one_id, charge_id_stripe as other_id from raw.license_purchased
  union all
  select sale_id as one_id, charge_id_stripe as other_id from raw.subscription_started
  union all
  select sale_id as one_id, charge_id_stripe as other_id from raw.subscription_renewed
  union all
  select invoice_id as one_id, charge_id_stripe as other_id from raw.usage_invoiced
  union all
  select invoice_id as one_id, 'invoice:' || invoice_id as other_id from raw.usage_invoiced
  union all
  select refund_id as one_id, refund_id_stripe as other_id from raw.license_refunded
  union all
  select refund_id as one_id, sale_id as other_id from raw.license_refunded
  union all
  select dispute_id as one_id, dispute_id_stripe as other_id from raw.dispute_opened
  union all
  select dispute_id as one_id, sale_id as other_id from raw.dispute_opened
  union all
  select payout_id as one_id, transfer_id_stripe as other_id from raw.payout_sent
  union all
  select reversal_id_stripe as one_id, payout_id as other_id from raw.payout_reversed
  union all
  select correction_id as one_id, corrected_id as other_id from tantieme.stg_rudder__corrections where corrected_kind <> 'balance'
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.charges
  union all
  select id_stripe as one_id, failure_balance_transaction_id_stripe as other_id from stripe.charges
  union all
  select id_stripe as one_id, made_transfer_id_stripe as other_id from stripe.charges
  union all
  select id_stripe as one_id, application_fee_id_stripe as other_id from stripe.charges
  union all
  select id_stripe as one_id, application_fee_id_stripe as other_id from stripe.application_fee_refunds
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.application_fee_refunds
  union all
  select id_stripe as one_id, charge_id_stripe as other_id from stripe.refunds
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.refunds
  union all
  select id_stripe as one_id, failure_balance_transaction_id_stripe as other_id from stripe.refunds
  union all
  select id_stripe as one_id, charge_id_stripe as other_id from stripe.disputes
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.transfers
  union all
  select id_stripe as one_id, transfer_id_stripe as other_id from stripe.transfer_reversals
  union all
  select id_stripe as one_id, source_refund_id_stripe as other_id from stripe.transfer_reversals
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.transfer_reversals
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.payouts
  union all
  select id_stripe as one_id, failure_balance_transaction_id_stripe as other_id from stripe.payouts
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from stripe.topups
  union all
  select id_stripe as one_id, source_id_stripe as other_id from stripe.balance_transactions
),
known as (
  select one_id, other_id, fn.is_in_list(one_id, $1) as is_given
  from pairs
  where one_id is not null and other_id is not null and (fn.is_in_list(one_id, $1) or fn.is_in_list(other_id, $1))
)
select distinct case when is_given then other_id else one_id end as to_id
from known
order by to_id;

-- origins_of: What journal entries, breaks and movements of sales with given ids are about.
select source_reference as to_id
from tantieme.postings
where journal_kind not in ('usage', 'usage_by_developer', 'invoice', 'rounding', 'withholding', 'opening') and fn.is_in_list(journal_id, $1)
union distinct
select flow_id as to_id
from tantieme.breaks
where break_class not in ('balance_differs', 'books_differ', 'bank_balance_differs') and fn.is_in_list(break_id, $1)
union distinct
select sale_id as to_id
from tantieme.sale_allocations
where fn.is_in_list(movement_id, $1);

-- usage_of_invoices: The developers whose metered use given invoices or journal entries are about, with a text that ends with the month.
select developer_id, usage_period as ends_with_month
from tantieme.stg_rudder__usage_invoices
where fn.is_in_list(invoice_id, $1)
union distinct
select account_owner_id as developer_id, journal_id as ends_with_month
from tantieme.postings
where journal_kind in ('usage_by_developer', 'invoice') and account = 'buyers_receivable' and fn.is_in_list(journal_id, $1);

-- invoices_of_usage: The invoices for the metered use of given developers and months, with their charge.
with invoiced as (
  select invoice_id, charge_id_stripe, developer_id || '/' || usage_period as usage_key
  from tantieme.stg_rudder__usage_invoices
)
select invoice_id, charge_id_stripe, usage_key
from invoiced
where fn.is_in_list(usage_key, $1)
order by invoice_id;

-- journals_of_uses: The journal entries that book metered uses with given ids, or of given developers and months (and developers alone), recorded from one instant to another, inclusive, and the developer and month of each.
-- The terms and the fee are those in force when it happened. What was recorded before its terms is booked when these were known. Of a use that has no terms
-- yet, there is no journal entry.
with used as (
  select id, use_id, asset_id, developer_id, timestamp, loaded_at, developer_id || '/' || fn.month_of(timestamp) as usage_key
  from raw.asset_used
  where timestamp is not null
    and loaded_at >= $4
    and loaded_at <= $5
    and (fn.is_in_list(use_id, $1) or coalesce(fn.is_in_list(developer_id, $3), false))
),
reported as (
  select use_id, asset_id, developer_id, timestamp as occurred_at, loaded_at as recorded_at
  from used
  where fn.is_in_list(use_id, $1) or coalesce(fn.is_in_list(usage_key, $2), false)
  qualify row_number() over (partition by use_id order by loaded_at, id) = 1
),
versions as (
  select
    terms_id,
    asset_id,
    recorded_at,
    occurred_at as valid_from_at,
    coalesce(lead(occurred_at) over (partition by asset_id order by occurred_at, terms_id), timestamp '9999-12-31 00:00:00+00') as valid_until_at
  from tantieme.stg_rudder__asset_terms
  where license_type = 'metered'
),
rated as (
  select
    versions.terms_id,
    fees.fee_bps,
    reported.developer_id,
    fn.month_of(reported.occurred_at) as earned_period,
    case when versions.recorded_at > reported.recorded_at then versions.recorded_at else reported.recorded_at end as recorded_at
  from reported
  join versions
    on versions.asset_id = reported.asset_id
    and versions.valid_from_at <= reported.occurred_at
    and versions.valid_until_at > reported.occurred_at
  join seeds.platform_fees as fees
    on fees.license_type = 'metered'
    and fn.start_of_day(fees.effective_from_on) <= reported.occurred_at
    and (fees.effective_until_on is null or fn.start_of_day(fees.effective_until_on) > reported.occurred_at)
),
placed as (
  select
    rated.*,
    fn.booked_in(rated.earned_period, open_periods.period) as period
  from rated
  join tantieme.int_open_periods as open_periods
    on (open_periods.valid_from_at is null or rated.recorded_at >= open_periods.valid_from_at)
    and (open_periods.valid_until_at is null or rated.recorded_at < open_periods.valid_until_at)
)
select
  'uses:' || period || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string) as journal_id,
  coalesce(developer_id, '') || '/' || earned_period as usage_key
from placed
union distinct
select cast(null as string) as journal_id, coalesce(developer_id, '') || '/' || fn.month_of(occurred_at) as usage_key
from reported
order by journal_id, usage_key;
