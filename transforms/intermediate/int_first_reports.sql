-- One row per sale, refund, dispute, outcome, payout and reversal of a payout that is reported in the period or was in suspense before it, as first recorded;
-- and per dispute that such an outcome is about, and per fact whose correction the period books. The first report may be earlier: then the
-- fact is booked already. It may also be of a later period, which books it. What is void by the end of the period is not booked.
-- A report without a time is none. Of history, only the reports of these ids are read.
with wanted as (
  select fact_id
  from steps.int_reports
  where occurred_at >= $starts_at
  union distinct
  select fact_id
  from steps.int_reports
  where recorded_at >= $late_from_at
  union distinct
  select fact_id
  from tantieme.suspended_facts
  where period = $previous_period and fact_kind not in ('use', 'correction')
  union distinct
  select root_id as fact_id
  from steps.int_corrections
  where is_last and was_in_force <> is_in_force
),
first_recorded as (
  select reports.*
  from steps.int_reports as reports
  join wanted on wanted.fact_id = reports.fact_id
  where reports.occurred_at is not null
  qualify row_number() over (partition by reports.fact_kind, reports.fact_id order by reports.recorded_at, reports.message_id) = 1
),
placed as (
  select
    reports.*,
    suspended.suspended_period,
    suspended.fact_id is not null
      or coalesce(reports.occurred_at < $ends_at and (reports.occurred_at >= $starts_at or reports.recorded_at >= $late_from_at), false) as is_due
  from first_recorded as reports
  left join tantieme.suspended_facts as suspended
    on suspended.fact_id = reports.fact_id and suspended.fact_kind = reports.fact_kind and suspended.period = $previous_period
)
select
  placed.fact_kind,
  placed.fact_id,
  placed.message_id,
  placed.sale_id,
  placed.license_type,
  placed.asset_id,
  placed.developer_id,
  placed.creator_id,
  placed.payout_id,
  placed.payout_period,
  placed.amount,
  placed.currency,
  placed.dispute_outcome,
  placed.account_id_stripe,
  placed.transfer_id_stripe,
  placed.payout_rail,
  placed.occurred_at,
  placed.recorded_at,
  placed.suspended_period,
  placed.is_due,
  placed.is_due and not coalesce(voided.is_voided, false) as is_of_period
from placed
left join steps.int_voided_facts as voided on voided.fact_id = placed.fact_id and voided.fact_kind = placed.fact_kind
