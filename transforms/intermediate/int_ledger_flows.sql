-- One row per movement that our books expect in the platform's balance at Stripe, with Stripe's sign. Several sales may be paid with one
-- charge, and one refund of Stripe's may span several sales: the movement is their sum. What costs
-- nothing moves nothing; a sale that lacks its charge is compared by its own id, which Stripe does not have.
with moved as (
  select coalesce(sales.charge_id_stripe, sales.sale_id) as flow_id, 'charge' as flow_kind, assignments.period, sales.amount + sales.tax_amount as amount, sales.currency, '' as account_id_stripe
  from tantieme.stg_rudder__sales as sales
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = sales.sale_id and assignments.assigned_kind = 'sale'
  union all
  select coalesce(invoices.charge_id_stripe, invoices.invoice_id) as flow_id, 'charge' as flow_kind, assignments.period, invoices.amount + invoices.tax_amount as amount, invoices.currency, '' as account_id_stripe
  from tantieme.stg_rudder__usage_invoices as invoices
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = invoices.invoice_id and assignments.assigned_kind = 'invoice'
  union all
  select refunds.refund_id_stripe as flow_id, 'refund' as flow_kind, assignments.period, -refunds.amount - refunds.tax_amount as amount, refunds.currency, '' as account_id_stripe
  from tantieme.stg_rudder__refunds as refunds
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = refunds.refund_id and assignments.assigned_kind = 'refund'
  union all
  select disputes.dispute_id_stripe as flow_id, 'dispute' as flow_kind, assignments.period, -disputes.amount - disputes.tax_amount as amount, disputes.currency, '' as account_id_stripe
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'dispute'
  union all
  select disputes.dispute_id_stripe as flow_id, 'dispute' as flow_kind, assignments.period, disputes.amount + disputes.tax_amount as amount, disputes.currency, '' as account_id_stripe
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'outcome'
  where outcomes.dispute_outcome = 'won'
  union all
  select transfer_id_stripe as flow_id, 'payout' as flow_kind, payout_period as period, -amount as amount, currency, account_id_stripe
  from tantieme.stg_rudder__payouts
)
select
  moved.flow_id,
  max(moved.flow_kind) as flow_kind,
  min(moved.period) as period,
  max(moved.currency) as currency,
  min(moved.currency) = max(moved.currency) as is_one_currency,
  fn.minor_floor(sum(moved.amount), max(currencies.minor_per_unit)) as ledger_minor,
  cast(count(*) as int64) as flow_count,
  max(moved.account_id_stripe) as destination_account_id_stripe
from moved
join seeds.currencies as currencies on currencies.currency = moved.currency
where moved.amount <> 0 and (fn.is_bookable(moved.amount, currencies.minor_per_unit) or fn.is_bookable(-moved.amount, currencies.minor_per_unit))
group by moved.flow_id
