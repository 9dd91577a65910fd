-- One row per sale, refund, dispute, outcome and payout that is reported in the period or was in suspense before it, as first recorded;
-- and per dispute that such an outcome is about. The first report may be earlier: then the fact is booked already. It may also be of
-- a later period, which books it. A report without a time is none. Of history, only the reports of these ids are read.
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
  where period = $previous_period and fact_kind <> 'use'
),
first_recorded as (
  select reports.*
  from steps.int_reports as reports
  join wanted on wanted.fact_id = reports.fact_id
  where reports.occurred_at is not null
  qualify row_number() over (partition by reports.fact_kind, reports.fact_id order by reports.recorded_at, reports.message_id) = 1
)
select
  reports.fact_kind,
  reports.fact_id,
  reports.sale_id,
  reports.license_type,
  reports.asset_id,
  reports.developer_id,
  reports.creator_id,
  reports.payout_period,
  reports.amount,
  reports.currency,
  reports.dispute_outcome,
  reports.account_id_stripe,
  reports.transfer_id_stripe,
  reports.occurred_at,
  reports.recorded_at,
  suspended.suspended_period,
  suspended.fact_id is not null
    or coalesce(reports.occurred_at < $ends_at and (reports.occurred_at >= $starts_at or reports.recorded_at >= $late_from_at), false) as is_of_period
from first_recorded as reports
left join tantieme.suspended_facts as suspended
  on suspended.fact_id = reports.fact_id and suspended.fact_kind = reports.fact_kind and suspended.period = $previous_period
