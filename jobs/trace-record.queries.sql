-- linked_ids: The ids that belong to the same money as given ids: a sale and its charge, a refund and its sale, a payout, its transfer and what came back of it, and so on.
with pairs as (
  select sale_id as one_id, charge_id_stripe as other_id from tantieme.stg_rudder__sales
  union all
  select invoice_id as one_id, charge_id_stripe as other_id from tantieme.stg_rudder__usage_invoices
  union all
  select refund_id as one_id, refund_id_stripe as other_id from tantieme.stg_rudder__refunds
  union all
  select refund_id as one_id, sale_id as other_id from tantieme.stg_rudder__refunds
  union all
  select dispute_id as one_id, dispute_id_stripe as other_id from tantieme.stg_rudder__disputes
  union all
  select dispute_id as one_id, sale_id as other_id from tantieme.stg_rudder__disputes
  union all
  select payout_id as one_id, transfer_id_stripe as other_id from tantieme.stg_rudder__payouts
  union all
  select reversal_id_stripe as one_id, payout_id as other_id from tantieme.stg_rudder__payout_reversals
  union all
  select reversal_id_stripe as one_id, transfer_id_stripe as other_id from tantieme.stg_rudder__payout_reversals
  union all
  select correction_id as one_id, corrected_id as other_id from tantieme.stg_rudder__corrections
  union all
  select id_stripe as one_id, flow_id as other_id from tantieme.int_stripe_objects
  union all
  select id_stripe as one_id, charge_id_stripe as other_id from tantieme.int_stripe_objects
  union all
  select id_stripe as one_id, balance_transaction_id_stripe as other_id from tantieme.int_stripe_objects
  union all
  select id_stripe as one_id, failure_balance_transaction_id_stripe as other_id from tantieme.int_stripe_objects
  union all
  select id_stripe as one_id, source_id_stripe as other_id from tantieme.stg_stripe__balance_transactions
  union all
  select movement_id as one_id, sale_id as other_id from tantieme.sale_allocations
),
links as (
  select one_id as from_id, other_id as to_id from pairs
  union all
  select other_id as from_id, one_id as to_id from pairs
  union all
  select break_id as from_id, flow_id as to_id from tantieme.breaks where break_class not in ('balance_differs', 'books_differ', 'bank_balance_differs')
  union all
  select journal_id as from_id, source_reference as to_id from tantieme.postings where journal_kind not in ('usage', 'usage_by_developer', 'rounding')
  union all
  select id as from_id, sale_id as to_id from raw.license_purchased
  union all
  select id as from_id, sale_id as to_id from raw.subscription_started
  union all
  select id as from_id, sale_id as to_id from raw.subscription_renewed
  union all
  select id as from_id, refund_id as to_id from raw.license_refunded
  union all
  select id as from_id, dispute_id as to_id from raw.dispute_opened
  union all
  select id as from_id, dispute_id as to_id from raw.dispute_closed
  union all
  select id as from_id, invoice_id as to_id from raw.usage_invoiced
  union all
  select id as from_id, payout_id as to_id from raw.payout_sent
  union all
  select id as from_id, payout_id as to_id from raw.payout_reversed
  union all
  select id as from_id, payout_id as to_id from raw.payout_changed
)
select distinct to_id
from links
where to_id is not null and fn.is_in_list(from_id, $1)
order by to_id;

-- events_of: The events that report things with given ids, in the order in which they happened, with their source.
with reports as (
  select 'License Purchased' as event, 'sale' as fact_kind, sale_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.license_purchased
  union all
  select 'Subscription Started' as event, 'sale' as fact_kind, sale_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.subscription_started
  union all
  select 'Subscription Renewed' as event, 'sale' as fact_kind, sale_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.subscription_renewed
  union all
  select 'Charge Failed' as event, 'sale' as fact_kind, sale_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.charge_failed
  union all
  select 'License Refunded' as event, 'refund' as fact_kind, refund_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.license_refunded
  union all
  select 'Refund Failed' as event, 'refund' as fact_kind, refund_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.refund_failed
  union all
  select 'Dispute Opened' as event, 'dispute' as fact_kind, dispute_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.dispute_opened
  union all
  select 'Dispute Closed' as event, 'dispute' as fact_kind, dispute_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.dispute_closed
  union all
  select 'Dispute Reopened' as event, 'dispute' as fact_kind, dispute_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.dispute_reopened
  union all
  select 'Dispute Reversed' as event, 'dispute' as fact_kind, dispute_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.dispute_reversed
  union all
  select 'Asset Used' as event, 'use' as fact_kind, use_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.asset_used
  union all
  select 'Usage Invoiced' as event, 'invoice' as fact_kind, invoice_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.usage_invoiced
  union all
  select 'Payout Sent' as event, 'payout' as fact_kind, payout_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.payout_sent
  union all
  select 'Payout Failed' as event, 'payout' as fact_kind, payout_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.payout_failed
  union all
  select 'Payout Reversed' as event, 'payout_reversal' as fact_kind, reversal_id_stripe as fact_id, id, timestamp, loaded_at, amount, currency from raw.payout_reversed
  union all
  select 'Payout Changed' as event, 'payout' as fact_kind, payout_id as fact_id, id, timestamp, loaded_at, amount, currency from raw.payout_changed
  union all
  select 'Correction Approved' as event, 'correction' as fact_kind, correction_id as fact_id, id, timestamp, loaded_at, adjustment_amount as amount, currency from raw.correction_approved
  union all
  select 'Royalty Statement Issued' as event, 'statement' as fact_kind, statement_id as fact_id, id, timestamp, loaded_at, cast(null as string) as amount, cast(null as string) as currency from raw.royalty_statement_issued
),
found as (
  select *
  from reports
  where fn.is_in_list(fact_id, $1) or fn.is_in_list(id, $1)
),
sources as (
  select message_id, max(source_id) as source_id
  from landing.messages
  where loaded_at >= timestamp '1970-01-01 00:00:00+00' and outcome = 'landed' and message_id in (select id from found)
  group by message_id
)
select found.event, found.fact_kind, found.fact_id, found.id as message_id, sources.source_id, found.amount, found.currency, found.timestamp as occurred_at, found.loaded_at as recorded_at
from found
left join sources on sources.message_id = found.id
order by found.timestamp, found.id;

-- postings_of: The postings of the journal entries with given ids, or about given things.
select period, journal_id, journal_kind, journal_on, source_reference, account, account_owner_id, currency, posting_amount
from tantieme.postings
where fn.is_in_list(source_reference, $1) or fn.is_in_list(journal_id, $1)
order by period, journal_on, journal_id, account, account_owner_id, currency;

-- allocations_of: What the movements with given ids, or of given sales, gave to each creator or took back.
select period, movement_id, movement_kind, sale_id, creator_id, currency, terms_id, earned_period, fee_bps, share_bps, gross_amount, royalty_amount
from tantieme.sale_allocations
where fn.is_in_list(sale_id, $1) or fn.is_in_list(movement_id, $1)
order by period, movement_id, creator_id;

-- lines_of: The lines of statements with the id of a line, of given movements, or of given balances.
with keyed as (
  select
    period,
    creator_id,
    currency,
    line_kind,
    coalesce('correction:' || correction_id, line_kind || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string)) as line_id,
    revenue_event_count,
    line_amount_minor
  from tantieme.statement_lines
),
placed as (
  select
    *,
    period || '/' || creator_id || '/' || currency as balance_key,
    period || '/' || creator_id || '/' || currency || '/' || line_id as line_key
  from keyed
)
select period, creator_id, currency, line_kind, line_id, revenue_event_count, line_amount_minor
from placed
where fn.is_in_list(line_id, $1) or fn.is_in_list(line_key, $2) or fn.is_in_list(balance_key, $3)
order by period, creator_id, currency, line_id;

-- objects_of: Stripe's objects with given ids, or of given charges.
select object_kind, id_stripe, flow_id, amount_minor, currency, status_stripe, charge_id_stripe, account_id_stripe
from tantieme.int_stripe_objects
where fn.is_in_list(id_stripe, $1) or fn.is_in_list(flow_id, $1)
order by object_kind, id_stripe;

-- transactions_of: Stripe's balance transactions with given ids, or of given objects, with what they mean.
select id_stripe, flow_id, flow_kind, cash_movement, reporting_category, movement_class, balance_type, settled_currency, settled_minor, fee_minor, net_minor, account, description_stripe, created_at, available_at
from tantieme.int_stripe_movements
where fn.is_in_list(id_stripe, $1) or fn.is_in_list(flow_id, $1)
order by created_at, id_stripe;

-- breaks_of: The breaks of things with given ids, of every period as last compared.
select *
from tantieme.breaks
where fn.is_in_list(flow_id, $1) or fn.is_in_list(break_id, $1)
order by period, break_id;
