-- One row per thing whose payment is compared with Stripe, with the period in which it happened (earned_period) and the period it is booked in (period).
-- What is recorded after its period was closed is booked in the earliest period open at that time.
with recorded as (
  select sale_id as assigned_id, 'sale' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__sales
  union all
  select refund_id as assigned_id, 'refund' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__refunds
  union all
  select dispute_id as assigned_id, 'dispute' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__disputes
  union all
  select dispute_id as assigned_id, 'outcome' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__dispute_outcomes
  union all
  select payout_id as assigned_id, 'payout' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__payouts
  union all
  select reversal_id_stripe as assigned_id, 'payout_reversal' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__payout_reversals
  union all
  select invoice_id as assigned_id, 'invoice' as assigned_kind, occurred_at, recorded_at from tantieme.stg_rudder__usage_invoices
)
select
  recorded.assigned_id,
  recorded.assigned_kind,
  fn.month_of(recorded.occurred_at) as earned_period,
  fn.booked_in(fn.month_of(recorded.occurred_at), open_periods.period) as period
from recorded
join tantieme.int_open_periods as open_periods
  on (open_periods.valid_from_at is null or recorded.recorded_at >= open_periods.valid_from_at)
  and (open_periods.valid_until_at is null or recorded.recorded_at < open_periods.valid_until_at)
