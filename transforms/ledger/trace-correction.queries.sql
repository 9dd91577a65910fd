-- corrected_line: What the lines of a correction say, which are alike for all holders.
select distinct asset_id, license_type, corrected_kind, corrected_id, correction_reason
from tantieme.statement_lines
where period = $1 and correction_id = $2;

-- corrections_of_line: The corrections of a chain from the first one to that which stands for it on the line.
with booked as (
  select head_id, chain_position
  from tantieme.int_correction_chains
  where correction_id = $1
)
select
  chains.root_kind,
  chains.root_id,
  corrections.correction_id,
  corrections.corrected_kind,
  corrections.corrected_id,
  corrections.voided_units,
  corrections.adjustment_amount,
  corrections.currency,
  corrections.replaced_by_id,
  corrections.correction_reason,
  corrections.reference,
  corrections.proposed_by,
  corrections.decided_by as approved_by,
  corrections.message_id,
  corrections.occurred_at,
  corrections.recorded_at
from tantieme.int_correction_chains as chains
join booked on booked.head_id = chains.head_id and chains.chain_position <= booked.chain_position
join tantieme.stg_rudder__corrections as corrections on corrections.correction_id = chains.correction_id
order by chains.chain_position;

-- reports_of_corrected: The events that report what is corrected, as far as they were recorded before a closing, in the order of arrival.
with reports as (
  select 'License Purchased' as event, 'sale' as fact_kind, sale_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.license_purchased
  union all
  select 'Subscription Started' as event, 'sale' as fact_kind, sale_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.subscription_started
  union all
  select 'Subscription Renewed' as event, 'sale' as fact_kind, sale_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.subscription_renewed
  union all
  select 'Asset Used' as event, 'use' as fact_kind, use_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.asset_used
  union all
  select 'License Refunded' as event, 'refund' as fact_kind, refund_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.license_refunded
  union all
  select 'Dispute Opened' as event, 'dispute' as fact_kind, dispute_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.dispute_opened
  union all
  select 'Dispute Closed' as event, 'dispute' as fact_kind, dispute_id as fact_id, id as message_id, timestamp as occurred_at, loaded_at as recorded_at
  from raw.dispute_closed
)
select event, message_id, occurred_at, recorded_at
from reports
where fact_kind = $1 and fact_id = $2 and recorded_at < $3
order by recorded_at, message_id;
