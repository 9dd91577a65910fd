-- One row per correction. One that follows from the report of a payment service counts once Stripe has it too: if Stripe has the movement
-- that it takes back, and not what takes it back, it is unconfirmed; a charge may also have failed by its status. Where Stripe had nothing of
-- the movement when a period was closed, the report has counted since then. Reports are few; of history, only the movements that they are
-- about are read.
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
records as (
  select source_id_stripe, id_stripe, reporting_category, recorded_at
  from stripe.balance_transactions
  union all
  select id_stripe as source_id_stripe, id_stripe, 'charge_failure' as reporting_category, recorded_at
  from stripe.charges
  where status_stripe = 'failed'
),
first_read as (
  select records.source_id_stripe, records.id_stripe, records.reporting_category, min(records.recorded_at) as recorded_at
  from records
  join sources on sources.source_id_stripe = records.source_id_stripe
  group by records.source_id_stripe, records.id_stripe, records.reporting_category
),
numbered as (
  select
    *,
    row_number() over (partition by source_id_stripe, reporting_category order by recorded_at, id_stripe) as category_rank
  from first_read
),
judged as (
  select
    reported.correction_id,
    reported.recorded_at,
    min(numbered.recorded_at) as known_at,
    min(
      case
        when reported.report_kind = 'refund_failed' and numbered.reporting_category = 'refund_failure' then numbered.recorded_at
        when reported.report_kind = 'charge_failed' and numbered.reporting_category = 'charge_failure' then numbered.recorded_at
        when reported.report_kind = 'dispute_reversed' and numbered.reporting_category = 'dispute_reversal' then numbered.recorded_at
        when reported.report_kind = 'dispute_reopened' and numbered.reporting_category = 'dispute' and numbered.category_rank = 2 then numbered.recorded_at
      end
    ) as confirmed_at
  from reported
  join numbered on numbered.source_id_stripe = reported.source_id_stripe
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
