-- One row per correction. One that follows from the report of a payment service counts once Stripe has it too: if Stripe has the movement
-- that it takes back, and not what takes it back, it is unconfirmed. A balance transaction belongs to the object that is its source or that
-- names it, since both are known, and one of a charge to the charge of the refund that is its source; its category says what it is. A charge or refund may also
-- have failed by its status. Where Stripe had nothing of the movement when a period was closed, the report has counted since then. Reports
-- are few; of history, only the movements that they are about are read.
with reports as (
  select correction_id, report_kind, corrected_kind, corrected_id, recorded_at
  from tantieme.stg_rudder__corrections
  where report_kind is not null
),
movements as (
  select 'sale' as corrected_kind, sale_id as corrected_id, charge_id_stripe as source_id_stripe, loaded_at, id
  from raw.license_purchased
  where timestamp is not null
  union all
  select 'sale' as corrected_kind, sale_id as corrected_id, charge_id_stripe as source_id_stripe, loaded_at, id
  from raw.subscription_started
  where timestamp is not null
  union all
  select 'sale' as corrected_kind, sale_id as corrected_id, charge_id_stripe as source_id_stripe, loaded_at, id
  from raw.subscription_renewed
  where timestamp is not null
  union all
  select 'refund' as corrected_kind, refund_id as corrected_id, refund_id_stripe as source_id_stripe, loaded_at, id
  from raw.license_refunded
  where timestamp is not null
  union all
  select 'dispute' as corrected_kind, dispute_id as corrected_id, dispute_id_stripe as source_id_stripe, loaded_at, id
  from raw.dispute_opened
  where timestamp is not null
),
reported as (
  select reports.correction_id, reports.report_kind, reports.recorded_at, movements.source_id_stripe
  from reports
  join movements
    on movements.corrected_id = reports.corrected_id
    and movements.corrected_kind = case when reports.corrected_kind = 'outcome' then 'dispute' else reports.corrected_kind end
  where true
  qualify row_number() over (partition by reports.correction_id order by movements.loaded_at, movements.id) = 1
),
sources as (
  select distinct source_id_stripe
  from reported
  where source_id_stripe is not null
),
own_charges as (
  select charges.id_stripe, charges.balance_transaction_id_stripe, charges.failure_balance_transaction_id_stripe, charges.status_stripe, charges.recorded_at
  from stripe.charges as charges
  join sources on sources.source_id_stripe = charges.id_stripe
),
own_refunds as (
  select refunds.id_stripe, refunds.balance_transaction_id_stripe, refunds.failure_balance_transaction_id_stripe, refunds.status_stripe, refunds.recorded_at
  from stripe.refunds as refunds
  join sources on sources.source_id_stripe = refunds.id_stripe
),
names as (
  select balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe, id_stripe as object_id_stripe, 'charge' as flow_kind, recorded_at
  from own_charges
  union all
  select failure_balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe, id_stripe as object_id_stripe, 'charge' as flow_kind, recorded_at
  from own_charges
  union all
  select balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe, id_stripe as object_id_stripe, 'refund' as flow_kind, recorded_at
  from own_refunds
  union all
  select failure_balance_transaction_id_stripe as id_stripe, cast(null as string) as source_id_stripe, id_stripe as object_id_stripe, 'refund' as flow_kind, recorded_at
  from own_refunds
  union all
  select cast(null as string) as id_stripe, refunds.id_stripe as source_id_stripe, refunds.charge_id_stripe as object_id_stripe, 'charge' as flow_kind, recorded_at
  from stripe.refunds as refunds
  join sources on sources.source_id_stripe = refunds.charge_id_stripe
  union all
  select cast(null as string) as id_stripe, source_id_stripe, source_id_stripe as object_id_stripe, cast(null as string) as flow_kind, null as recorded_at
  from sources
),
named as (
  select id_stripe, source_id_stripe, object_id_stripe, flow_kind, min(recorded_at) as recorded_at
  from names
  group by id_stripe, source_id_stripe, object_id_stripe, flow_kind
),
linked as (
  select named.object_id_stripe, named.flow_kind, named.recorded_at as named_at, rows_read.id_stripe, rows_read.reporting_category, rows_read.recorded_at
  from stripe.balance_transactions as rows_read
  join named on named.id_stripe = rows_read.id_stripe
  union all
  select named.object_id_stripe, named.flow_kind, named.recorded_at as named_at, rows_read.id_stripe, rows_read.reporting_category, rows_read.recorded_at
  from stripe.balance_transactions as rows_read
  join named on named.source_id_stripe = rows_read.source_id_stripe
),
records as (
  select
    linked.object_id_stripe,
    linked.id_stripe,
    coalesce(categories.cash_movement, 'other') as cash_movement,
    case when linked.named_at > linked.recorded_at then linked.named_at else linked.recorded_at end as recorded_at
  from linked
  left join seeds.stripe_categories as categories on categories.reporting_category = linked.reporting_category
  where linked.flow_kind is null or linked.flow_kind = categories.flow_kind
  union all
  select id_stripe as object_id_stripe, id_stripe, 'charge_failure' as cash_movement, recorded_at
  from own_charges
  where status_stripe = 'failed'
  union all
  select id_stripe as object_id_stripe, id_stripe, 'refund_failure' as cash_movement, recorded_at
  from own_refunds
  where status_stripe in ('failed', 'canceled')
),
first_read as (
  select object_id_stripe, id_stripe, cash_movement, min(recorded_at) as recorded_at
  from records
  group by object_id_stripe, id_stripe, cash_movement
),
numbered as (
  select
    *,
    row_number() over (partition by object_id_stripe, cash_movement order by recorded_at, id_stripe) as movement_rank
  from first_read
),
judged as (
  select
    reported.correction_id,
    reported.recorded_at,
    min(numbered.recorded_at) as known_at,
    min(
      case
        when reported.report_kind = 'refund_failed' and numbered.cash_movement = 'refund_failure' then numbered.recorded_at
        when reported.report_kind = 'charge_failed' and numbered.cash_movement = 'charge_failure' then numbered.recorded_at
        when reported.report_kind = 'dispute_reversed' and numbered.cash_movement = 'dispute_reversal' then numbered.recorded_at
        when reported.report_kind = 'dispute_reopened' and numbered.cash_movement = 'dispute' and numbered.movement_rank = 2 then numbered.recorded_at
      end
    ) as confirmed_at
  from reported
  join numbered on numbered.object_id_stripe = reported.source_id_stripe
  group by reported.correction_id, reported.recorded_at
),
believed as (
  select distinct judged.correction_id
  from judged
  join ledger.closes as closes on closes.cutoff_at > judged.recorded_at and closes.cutoff_at <= judged.known_at
)
select
  corrections.correction_id,
  corrections.corrected_kind,
  corrections.corrected_id,
  corrections.is_partial,
  corrections.voided_units,
  corrections.adjustment_amount,
  corrections.currency,
  corrections.correction_reason,
  corrections.occurred_at,
  case when believed.correction_id is null and judged.confirmed_at > corrections.recorded_at then judged.confirmed_at else corrections.recorded_at end as recorded_at,
  judged.correction_id is not null and judged.confirmed_at is null and believed.correction_id is null as is_unconfirmed
from tantieme.stg_rudder__corrections as corrections
left join judged on judged.correction_id = corrections.correction_id
left join believed on believed.correction_id = corrections.correction_id
