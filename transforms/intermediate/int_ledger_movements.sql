-- One row per movement that our books expect in the platform's balance at Stripe, with Stripe's sign: a charge, a refund, a dispute, a
-- transfer, and what takes each of them back. Several sales may be paid with one charge, and one refund of Stripe's may span several sales:
-- the movement is their sum. What costs nothing moves nothing; a sale that lacks its charge is compared by its own id, which Stripe does not
-- have. What a correction has made void is taken back in the period of the correction, as it is at Stripe if a refund or a debit fails.
with in_force as (
  select chains.root_kind, chains.root_id, max(assignments.period) as period
  from tantieme.int_correction_chains as chains
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = chains.correction_id and assignments.assigned_kind = 'correction'
  where chains.root_kind is not null and not chains.is_partial
  group by chains.root_kind, chains.root_id
  having sum(chains.chain_effect) = 1
),
payments as (
  select 'sale' as fact_kind, sale_id as fact_id, coalesce(charge_id_stripe, sale_id) as flow_id, amount + tax_amount as amount, currency
  from tantieme.stg_rudder__sales
  union all
  select 'invoice' as fact_kind, invoice_id as fact_id, coalesce(charge_id_stripe, invoice_id) as flow_id, amount + tax_amount as amount, currency
  from tantieme.stg_rudder__usage_invoices
),
won as (
  select disputes.dispute_id, disputes.dispute_id_stripe, disputes.amount + disputes.tax_amount as amount, disputes.currency, voided.period as voided_period
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
  left join in_force as voided on voided.root_id = disputes.dispute_id and voided.root_kind = 'outcome'
  where outcomes.dispute_outcome = 'won'
),
reported as (
  select payments.flow_id, 'charge' as flow_kind, 'charge' as cash_movement, assignments.period, payments.amount, payments.currency, 1 as flow_count, '' as account_id_stripe
  from payments
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = payments.fact_id and assignments.assigned_kind = payments.fact_kind
  union all
  select payments.flow_id, 'charge' as flow_kind, 'charge_failure' as cash_movement, voided.period, -payments.amount as amount, payments.currency, -1 as flow_count, '' as account_id_stripe
  from payments
  join in_force as voided on voided.root_id = payments.fact_id and voided.root_kind = payments.fact_kind
  union all
  select refunds.refund_id_stripe as flow_id, 'refund' as flow_kind, 'refund' as cash_movement, assignments.period, -refunds.amount - refunds.tax_amount as amount, refunds.currency, 1 as flow_count, '' as account_id_stripe
  from tantieme.stg_rudder__refunds as refunds
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = refunds.refund_id and assignments.assigned_kind = 'refund'
  union all
  select refunds.refund_id_stripe as flow_id, 'refund' as flow_kind, 'refund_failure' as cash_movement, voided.period, refunds.amount + refunds.tax_amount as amount, refunds.currency, -1 as flow_count, '' as account_id_stripe
  from tantieme.stg_rudder__refunds as refunds
  join in_force as voided on voided.root_id = refunds.refund_id and voided.root_kind = 'refund'
  union all
  select disputes.dispute_id_stripe as flow_id, 'dispute' as flow_kind, 'dispute' as cash_movement, assignments.period, -disputes.amount - disputes.tax_amount as amount, disputes.currency, 1 as flow_count, '' as account_id_stripe
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'dispute'
  union all
  select won.dispute_id_stripe as flow_id, 'dispute' as flow_kind, 'dispute_reversal' as cash_movement, assignments.period, won.amount, won.currency, 0 as flow_count, '' as account_id_stripe
  from won
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = won.dispute_id and assignments.assigned_kind = 'outcome'
  union all
  select dispute_id_stripe as flow_id, 'dispute' as flow_kind, 'dispute' as cash_movement, voided_period as period, -amount as amount, currency, 0 as flow_count, '' as account_id_stripe
  from won
  where voided_period is not null
  union all
  select disputes.dispute_id_stripe as flow_id, 'dispute' as flow_kind, 'dispute_reversal' as cash_movement, voided.period, disputes.amount + disputes.tax_amount as amount, disputes.currency, -1 as flow_count, '' as account_id_stripe
  from tantieme.stg_rudder__disputes as disputes
  join in_force as voided on voided.root_id = disputes.dispute_id and voided.root_kind = 'dispute'
  left join won on won.dispute_id = disputes.dispute_id and won.voided_period is null
  where won.dispute_id is null
  union all
  select transfer_id_stripe as flow_id, 'transfer' as flow_kind, 'transfer' as cash_movement, payout_period as period, -amount as amount, currency, 1 as flow_count, account_id_stripe
  from tantieme.stg_rudder__payouts
)
select
  reported.flow_id,
  reported.cash_movement,
  max(reported.flow_kind) as flow_kind,
  min(reported.period) as ledger_period,
  max(reported.currency) as currency,
  min(reported.currency) = max(reported.currency) as is_one_currency,
  fn.minor_floor(sum(reported.amount), max(currencies.minor_per_unit)) as ledger_minor,
  cast(sum(reported.flow_count) as int64) as flow_count,
  max(reported.account_id_stripe) as account_id_stripe
from reported
join seeds.currencies as currencies on currencies.currency = reported.currency
where reported.amount <> 0
  and (fn.is_bookable(reported.amount, currencies.minor_per_unit) or fn.is_bookable(-reported.amount, currencies.minor_per_unit))
group by reported.flow_id, reported.cash_movement
