-- One row per correction, as first recorded: approved by finance, or following from the report of a payment service.
with reported as (
  select 'refund_failed' as report_kind, id, 'refund' as corrected_kind, refund_id as corrected_id, 'The refund failed at the bank.' as correction_reason, timestamp, loaded_at
  from raw.refund_failed
  union all
  select 'charge_failed' as report_kind, id, 'sale' as corrected_kind, sale_id as corrected_id, 'The payment failed after it had succeeded.' as correction_reason, timestamp, loaded_at
  from raw.charge_failed
  union all
  select 'dispute_reopened' as report_kind, id, 'outcome' as corrected_kind, dispute_id as corrected_id, 'The dispute was opened again.' as correction_reason, timestamp, loaded_at
  from raw.dispute_reopened
  union all
  select 'dispute_reversed' as report_kind, id, 'dispute' as corrected_kind, dispute_id as corrected_id, 'The dispute was won after all.' as correction_reason, timestamp, loaded_at
  from raw.dispute_reversed
),
reports as (
  select
    cast(null as string) as report_kind,
    correction_id,
    id,
    corrected_kind,
    corrected_id,
    units,
    adjustment_amount,
    currency,
    replaced_by_id,
    correction_reason,
    reference,
    proposed_by,
    decided_by,
    timestamp,
    loaded_at
  from raw.correction_approved
  union all
  select
    report_kind,
    report_kind || ':' || corrected_id as correction_id,
    id,
    corrected_kind,
    corrected_id,
    cast(null as string) as units,
    cast(null as string) as adjustment_amount,
    cast(null as string) as currency,
    cast(null as string) as replaced_by_id,
    correction_reason,
    cast(null as string) as reference,
    cast(null as string) as proposed_by,
    cast(null as string) as decided_by,
    timestamp,
    loaded_at
  from reported
),
first_recorded as (
  select *
  from reports
  where correction_id is not null and timestamp is not null
  qualify row_number() over (partition by correction_id order by loaded_at, id) = 1
)
select
  correction_id,
  report_kind,
  corrected_kind,
  corrected_id,
  corrected_kind = 'use' and units is not null as is_partial,
  fn.try_numeric(units) as voided_units,
  fn.try_numeric(adjustment_amount) as adjustment_amount,
  currency,
  replaced_by_id,
  correction_reason,
  reference,
  proposed_by,
  decided_by,
  id as message_id,
  timestamp as occurred_at,
  loaded_at as recorded_at
from first_recorded
