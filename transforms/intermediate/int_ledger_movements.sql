-- One row per movement that our books expect in the platform's balance at Stripe, with Stripe's sign: a charge, a refund, a dispute, a
-- transfer, and what takes each of them back. Several sales may be paid with one charge, and one refund of Stripe's may span several sales:
-- the movement is their sum. What costs nothing moves nothing; a sale that lacks its charge is compared by its own id, which Stripe does not
-- have. What a correction has made void is taken back in the period of the correction, as it is at Stripe if a refund or a debit fails.
-- The reversals of a transfer are one movement a month, that of Stripe's records of them if they are known; one that is void is none.
-- A payout by a bank file moves nothing there.
-- What is recorded after its month was closed belongs to the earliest month that was open then; a payout belongs to the period it pays.
with in_force as (
  select root_kind, root_id, max(effective_at) as occurred_at, max(recorded_at) as recorded_at
  from steps.int_known_corrections
  where root_kind is not null and not is_partial
  group by root_kind, root_id
  having sum(chain_effect) = 1
),
payments as (
  select 'sale' as fact_kind, sale_id as fact_id, coalesce(charge_id_stripe, sale_id) as flow_id, amount + tax_amount as amount, currency, occurred_at, recorded_at
  from tantieme.stg_rudder__sales
  union all
  select 'invoice' as fact_kind, invoice_id as fact_id, coalesce(charge_id_stripe, invoice_id) as flow_id, amount + tax_amount as amount, currency, occurred_at, recorded_at
  from tantieme.stg_rudder__usage_invoices
),
refunds as (
  select refund_id, refund_id_stripe as flow_id, amount + tax_amount as amount, currency, occurred_at, recorded_at
  from tantieme.stg_rudder__refunds
),
disputes as (
  select
    disputes.dispute_id,
    disputes.dispute_id_stripe as flow_id,
    disputes.amount + disputes.tax_amount as amount,
    disputes.currency,
    disputes.occurred_at,
    disputes.recorded_at,
    outcomes.occurred_at as won_at,
    outcomes.recorded_at as won_recorded_at,
    reopened.occurred_at as reopened_at,
    reopened.recorded_at as reopened_recorded_at
  from tantieme.stg_rudder__disputes as disputes
  left join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id and outcomes.dispute_outcome = 'won'
  left join in_force as reopened on reopened.root_id = outcomes.dispute_id and reopened.root_kind = 'outcome'
),
reversed as (
  select transfer_id_stripe, fn.month_of(min(created_at)) as first_month
  from tantieme.stg_stripe__transfer_reversals
  group by transfer_id_stripe
),
reported as (
  select flow_id, 'charge' as flow_kind, 'charge' as cash_movement, amount, currency, 1 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, occurred_at, recorded_at
  from payments
  union all
  select payments.flow_id, 'charge' as flow_kind, 'charge_failure' as cash_movement, -payments.amount as amount, payments.currency, -1 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, voided.occurred_at, voided.recorded_at
  from payments
  join in_force as voided on voided.root_id = payments.fact_id and voided.root_kind = payments.fact_kind
  union all
  select flow_id, 'refund' as flow_kind, 'refund' as cash_movement, -amount as amount, currency, 1 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, occurred_at, recorded_at
  from refunds
  union all
  select refunds.flow_id, 'refund' as flow_kind, 'refund_failure' as cash_movement, refunds.amount, refunds.currency, -1 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, voided.occurred_at, voided.recorded_at
  from refunds
  join in_force as voided on voided.root_id = refunds.refund_id and voided.root_kind = 'refund'
  union all
  select flow_id, 'dispute' as flow_kind, 'dispute' as cash_movement, -amount as amount, currency, 1 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, occurred_at, recorded_at
  from disputes
  union all
  select flow_id, 'dispute' as flow_kind, 'dispute_reversal' as cash_movement, amount, currency, 0 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, won_at as occurred_at, won_recorded_at as recorded_at
  from disputes
  where won_recorded_at is not null
  union all
  select flow_id, 'dispute' as flow_kind, 'dispute' as cash_movement, -amount as amount, currency, 0 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, reopened_at as occurred_at, reopened_recorded_at as recorded_at
  from disputes
  where reopened_recorded_at is not null
  union all
  select disputes.flow_id, 'dispute' as flow_kind, 'dispute_reversal' as cash_movement, disputes.amount, disputes.currency, -1 as flow_count, '' as account_id_stripe, cast(null as string) as paid_period, cast(null as string) as reversal_month, voided.occurred_at, voided.recorded_at
  from disputes
  join in_force as voided on voided.root_id = disputes.dispute_id and voided.root_kind = 'dispute'
  where disputes.won_recorded_at is null or disputes.reopened_recorded_at is not null
  union all
  select transfer_id_stripe as flow_id, 'transfer' as flow_kind, 'transfer' as cash_movement, -amount as amount, currency, 1 as flow_count, account_id_stripe, payout_period as paid_period, cast(null as string) as reversal_month, occurred_at, recorded_at
  from tantieme.stg_rudder__payouts
  where payout_rail is null
  union all
  select payouts.transfer_id_stripe as flow_id, 'transfer' as flow_kind, 'transfer_reversal' as cash_movement, payouts.amount, payouts.currency, -1 as flow_count, payouts.account_id_stripe, cast(null as string) as paid_period, coalesce(reversed.first_month, fn.month_of(voided.occurred_at)) as reversal_month, voided.occurred_at, voided.recorded_at
  from tantieme.stg_rudder__payouts as payouts
  join in_force as voided on voided.root_id = payouts.payout_id and voided.root_kind = 'payout'
  left join reversed on reversed.transfer_id_stripe = payouts.transfer_id_stripe
  where payouts.payout_rail is null
  union all
  select reversals.transfer_id_stripe as flow_id, 'transfer' as flow_kind, 'transfer_reversal' as cash_movement, reversals.amount, reversals.currency, 0 as flow_count, reversals.account_id_stripe, cast(null as string) as paid_period, fn.month_of(coalesce(at_stripe.created_at, reversals.occurred_at)) as reversal_month, reversals.occurred_at, reversals.recorded_at
  from tantieme.stg_rudder__payout_reversals as reversals
  left join tantieme.stg_stripe__transfer_reversals as at_stripe on at_stripe.id_stripe = reversals.reversal_id_stripe
  left join in_force as voided on voided.root_id = reversals.reversal_id_stripe and voided.root_kind = 'payout_reversal'
  where voided.root_id is null and reversals.payout_rail is null
),
placed as (
  select
    reported.*,
    currencies.minor_per_unit,
    coalesce(reported.paid_period, fn.booked_in(fn.month_of(reported.occurred_at), open_periods.period)) as period
  from reported
  join seeds.currencies as currencies on currencies.currency = reported.currency
  join tantieme.int_open_periods as open_periods
    on (open_periods.valid_from_at is null or reported.recorded_at >= open_periods.valid_from_at)
    and (open_periods.valid_until_at is null or reported.recorded_at < open_periods.valid_until_at)
  where reported.amount <> 0
    and (fn.is_bookable(reported.amount, currencies.minor_per_unit) or fn.is_bookable(-reported.amount, currencies.minor_per_unit))
)
select
  flow_id,
  cash_movement,
  reversal_month,
  max(flow_kind) as flow_kind,
  min(period) as ledger_period,
  max(period) as last_ledger_period,
  max(currency) as currency,
  min(currency) = max(currency) as is_one_currency,
  fn.minor_floor(sum(amount), max(minor_per_unit)) as ledger_minor,
  fn.minor_floor(min(case when amount < 0 then -amount else amount end), max(minor_per_unit)) as least_minor,
  cast(sum(flow_count) as int64) as flow_count,
  max(account_id_stripe) as account_id_stripe
from placed
group by flow_id, cash_movement, reversal_month
