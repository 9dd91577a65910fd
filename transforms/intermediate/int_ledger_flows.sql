-- One row per movement that our books expect in the platform's balance at Stripe, with Stripe's sign. Several sales may be paid with one
-- charge, and one refund of Stripe's may span several sales: the movement is their sum. What costs
-- nothing moves nothing; a sale that lacks its charge is compared by its own id, which Stripe does not have. What a correction has made
-- void counts as 0: it was never there, or it went back.
with in_force as (
  select root_kind, root_id
  from tantieme.int_correction_chains
  where root_kind is not null and not is_partial
  group by root_kind, root_id
  having sum(chain_effect) = 1
),
voided as (
  select root_kind as assigned_kind, root_id as assigned_id
  from in_force
  union distinct
  select 'outcome' as assigned_kind, root_id as assigned_id
  from in_force
  where root_kind = 'dispute'
),
reported as (
  select 'sale' as assigned_kind, sales.sale_id as assigned_id, coalesce(sales.charge_id_stripe, sales.sale_id) as flow_id, 'charge' as flow_kind, assignments.period, sales.amount + sales.tax_amount as amount, sales.currency, '' as account_id_stripe
  from tantieme.stg_rudder__sales as sales
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = sales.sale_id and assignments.assigned_kind = 'sale'
  union all
  select 'invoice' as assigned_kind, invoices.invoice_id as assigned_id, coalesce(invoices.charge_id_stripe, invoices.invoice_id) as flow_id, 'charge' as flow_kind, assignments.period, invoices.amount + invoices.tax_amount as amount, invoices.currency, '' as account_id_stripe
  from tantieme.stg_rudder__usage_invoices as invoices
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = invoices.invoice_id and assignments.assigned_kind = 'invoice'
  union all
  select 'refund' as assigned_kind, refunds.refund_id as assigned_id, refunds.refund_id_stripe as flow_id, 'refund' as flow_kind, assignments.period, -refunds.amount - refunds.tax_amount as amount, refunds.currency, '' as account_id_stripe
  from tantieme.stg_rudder__refunds as refunds
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = refunds.refund_id and assignments.assigned_kind = 'refund'
  union all
  select 'dispute' as assigned_kind, disputes.dispute_id as assigned_id, disputes.dispute_id_stripe as flow_id, 'dispute' as flow_kind, assignments.period, -disputes.amount - disputes.tax_amount as amount, disputes.currency, '' as account_id_stripe
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'dispute'
  union all
  select 'outcome' as assigned_kind, disputes.dispute_id as assigned_id, disputes.dispute_id_stripe as flow_id, 'dispute' as flow_kind, assignments.period, disputes.amount + disputes.tax_amount as amount, disputes.currency, '' as account_id_stripe
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
  join tantieme.int_period_assignments as assignments on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'outcome'
  where outcomes.dispute_outcome = 'won'
  union all
  select 'payout' as assigned_kind, payout_id as assigned_id, transfer_id_stripe as flow_id, 'payout' as flow_kind, payout_period as period, -amount as amount, currency, account_id_stripe
  from tantieme.stg_rudder__payouts
),
moved as (
  select
    reported.flow_id,
    reported.flow_kind,
    reported.period,
    case when voided.assigned_id is null then reported.amount else 0 end as amount,
    case when voided.assigned_id is null then 1 else 0 end as flow_count,
    reported.currency,
    reported.account_id_stripe
  from reported
  left join voided on voided.assigned_id = reported.assigned_id and voided.assigned_kind = reported.assigned_kind
)
select
  moved.flow_id,
  max(moved.flow_kind) as flow_kind,
  min(moved.period) as period,
  max(moved.currency) as currency,
  min(moved.currency) = max(moved.currency) as is_one_currency,
  fn.minor_floor(sum(moved.amount), max(currencies.minor_per_unit)) as ledger_minor,
  cast(sum(moved.flow_count) as int64) as flow_count,
  max(moved.account_id_stripe) as destination_account_id_stripe
from moved
join seeds.currencies as currencies on currencies.currency = moved.currency
where (moved.amount <> 0 or moved.flow_count = 0)
  and (fn.is_bookable(moved.amount, currencies.minor_per_unit) or fn.is_bookable(-moved.amount, currencies.minor_per_unit))
group by moved.flow_id
