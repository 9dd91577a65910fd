-- events_of: The events that report things with given ids but metered uses, in the order in which they happened.
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
)
select event, fact_kind, fact_id, id as message_id, amount, currency, timestamp as occurred_at, loaded_at as recorded_at
from reports
where fn.is_in_list(fact_id, $1) or fn.is_in_list(id, $1)
order by timestamp, id;

-- uses_of: The events that report metered uses with given ids, in the order in which they happened.
select 'Asset Used' as event, 'use' as fact_kind, use_id as fact_id, id as message_id, cast(null as string) as amount, cast(null as string) as currency, timestamp as occurred_at, loaded_at as recorded_at
from raw.asset_used
where fn.is_in_list(use_id, $1) or fn.is_in_list(id, $1)
order by timestamp, id;

-- corrected_uses_of: The uses that given corrections, or corrections of given uses, are about.
select distinct corrected_id as use_id
from tantieme.stg_rudder__corrections
where corrected_kind = 'use' and (fn.is_in_list(correction_id, $1) or fn.is_in_list(corrected_id, $1))
order by use_id;

-- sources_of: The sources of given messages, which were loaded from one instant to another, inclusive.
select message_id, max(source_id) as source_id
from landing.messages
where loaded_at >= $2 and loaded_at <= $3 and outcome = 'landed' and fn.is_in_list(message_id, $1)
group by message_id
order by message_id;
