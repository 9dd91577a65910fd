-- One row per sale or invoice and account of which the period changes the tax: by how much it is debited, against tax owed to the state. The
-- buyer owes the tax of a sale less that of its refunds; that of its lost disputes, Stripe has withdrawn. Only what is booked and not void
-- counts; of a void sale, no tax is owed. What is posted is the difference to what is posted so far. The tax of an invoice is owed until it
-- is void. A tax that cannot be booked, because it is negative, too large or no whole minor unit, counts as none.
with touched as (
  select
    sale_id,
    'sale:' || sale_id as source_reference,
    max(coalesce(developer_id, 'unknown')) as developer_id,
    max(currency) as currency,
    max(occurred_at) as occurred_at
  from steps.int_movements
  where sale_id is not null
  group by sale_id
),
payments as (
  select id, sale_id, tax_amount, timestamp, loaded_at
  from raw.license_purchased
  union all
  select id, sale_id, tax_amount, timestamp, loaded_at
  from raw.subscription_started
  union all
  select id, sale_id, tax_amount, timestamp, loaded_at
  from raw.subscription_renewed
),
sold as (
  select payments.sale_id, payments.tax_amount
  from payments
  join touched on touched.sale_id = payments.sale_id
  where payments.timestamp is not null
  qualify row_number() over (partition by payments.sale_id order by payments.loaded_at, payments.id) = 1
),
refunded as (
  select distinct refunds.refund_id
  from raw.license_refunded as refunds
  join touched on touched.sale_id = refunds.sale_id
),
refunds as (
  select refunds.refund_id, refunds.sale_id, refunds.tax_amount, refunds.timestamp as occurred_at
  from raw.license_refunded as refunds
  join refunded on refunded.refund_id = refunds.refund_id
  where refunds.timestamp is not null
  qualify row_number() over (partition by refunds.refund_id order by refunds.loaded_at, refunds.id) = 1
),
disputed as (
  select distinct disputes.dispute_id
  from raw.dispute_opened as disputes
  join touched on touched.sale_id = disputes.sale_id
),
disputes as (
  select disputes.dispute_id, disputes.sale_id, disputes.tax_amount
  from raw.dispute_opened as disputes
  join disputed on disputed.dispute_id = disputes.dispute_id
  where disputes.timestamp is not null
  qualify row_number() over (partition by disputes.dispute_id order by disputes.loaded_at, disputes.id) = 1
),
outcomes as (
  select outcomes.dispute_id, outcomes.dispute_outcome, outcomes.timestamp as occurred_at
  from raw.dispute_closed as outcomes
  join disputed on disputed.dispute_id = outcomes.dispute_id
  where outcomes.timestamp is not null
  qualify row_number() over (partition by outcomes.dispute_id order by outcomes.loaded_at, outcomes.id) = 1
),
reported as (
  select 'refund' as fact_kind, refund_id as fact_id, sale_id, tax_amount, occurred_at
  from refunds
  union all
  select 'outcome' as fact_kind, outcomes.dispute_id as fact_id, disputes.sale_id, disputes.tax_amount, outcomes.occurred_at
  from outcomes
  join disputes on disputes.dispute_id = outcomes.dispute_id
  where outcomes.dispute_outcome = 'lost'
),
taxed as (
  select sale_id, 'sale' as fact_kind, tax_amount
  from sold
  union all
  select reported.sale_id, reported.fact_kind, reported.tax_amount
  from reported
  left join steps.int_judged_reductions as judged on judged.fact_id = reported.fact_id and judged.fact_kind = reported.fact_kind
  left join steps.int_first_reports as due on due.fact_id = reported.fact_id and due.fact_kind = reported.fact_kind and due.is_due
  left join steps.int_voided_facts as voided on voided.fact_id = reported.fact_id and voided.fact_kind = reported.fact_kind and voided.is_voided
  where case
    when judged.fact_id is not null then judged.exception_reason is null and not judged.is_released
    else due.fact_id is null and voided.fact_id is null and reported.occurred_at < $starts_at
  end
),
read as (
  select touched.sale_id, taxed.fact_kind, currencies.minor_per_unit, fn.try_numeric(taxed.tax_amount) as tax_amount
  from touched
  join taxed on taxed.sale_id = touched.sale_id
  join seeds.currencies as currencies on currencies.currency = touched.currency
),
counted as (
  select
    sale_id,
    sum(case when fact_kind = 'sale' then tax_amount when fact_kind = 'refund' then -tax_amount else 0 end) as charged_amount,
    sum(case when fact_kind = 'outcome' then tax_amount else 0 end) as lost_amount
  from read
  where fn.is_bookable(tax_amount, minor_per_unit) and fn.is_minor(tax_amount, minor_per_unit)
  group by sale_id
),
posted_before as (
  select touched.sale_id, postings.account, sum(postings.posting_amount) as amount
  from tantieme.postings as postings
  join touched on touched.source_reference = postings.source_reference
  where postings.period < $period and postings.journal_kind = 'tax' and postings.account <> 'tax_payable'
  group by touched.sale_id, postings.account
),
owed as (
  select
    counted.sale_id,
    'buyers_receivable' as account,
    case when voided.fact_id is not null then counted.lost_amount else counted.charged_amount end as amount
  from counted
  left join steps.int_voided_facts as voided on voided.fact_id = counted.sale_id and voided.fact_kind = 'sale' and voided.is_voided
  union all
  select sale_id, 'disputes' as account, -lost_amount as amount
  from counted
  union all
  select sale_id, account, -amount as amount
  from posted_before
),
changed as (
  select sale_id, account, sum(owed.amount) as amount
  from owed
  group by sale_id, account
  having sum(owed.amount) <> 0
),
corrected as (
  select
    root_id as invoice_id,
    max(case when was_in_force then 1 else 0 end) = 1 as was_voided,
    max(case when is_in_force then 1 else 0 end) = 1 as is_voided,
    max(case when was_in_force <> is_in_force then occurred_at end) as occurred_at
  from steps.int_corrections
  where root_kind = 'invoice' and is_last
  group by root_id
),
wanted as (
  select invoice_id
  from raw.usage_invoiced
  where timestamp >= $starts_at or loaded_at >= $late_from_at
  union distinct
  select invoice_id
  from corrected
  where was_voided <> is_voided
),
invoices as (
  select invoices.*
  from raw.usage_invoiced as invoices
  join wanted on wanted.invoice_id = invoices.invoice_id
  where invoices.timestamp is not null
  qualify row_number() over (partition by invoices.invoice_id order by invoices.loaded_at, invoices.id) = 1
),
invoiced as (
  select
    invoices.invoice_id,
    coalesce(invoices.developer_id, 'unknown') as developer_id,
    invoices.currency,
    fn.try_numeric(invoices.tax_amount) as tax_amount,
    invoices.timestamp >= $starts_at or invoices.loaded_at >= $late_from_at as is_due,
    coalesce(corrected.was_voided, false) as was_voided,
    coalesce(corrected.is_voided, false) as is_voided,
    coalesce(corrected.occurred_at, invoices.timestamp) as occurred_at
  from invoices
  left join corrected on corrected.invoice_id = invoices.invoice_id
  where invoices.timestamp < $ends_at and invoices.timestamp >= $books_start_at
),
invoice_taxes as (
  select
    invoiced.invoice_id,
    invoiced.developer_id,
    invoiced.currency,
    invoiced.occurred_at,
    case
      when invoiced.is_due and invoiced.is_voided then 0
      when invoiced.is_voided then -invoiced.tax_amount
      else invoiced.tax_amount
    end as amount
  from invoiced
  join seeds.currencies as currencies on currencies.currency = invoiced.currency
  where (invoiced.is_due or invoiced.was_voided <> invoiced.is_voided)
    and fn.is_bookable(invoiced.tax_amount, currencies.minor_per_unit)
    and fn.is_minor(invoiced.tax_amount, currencies.minor_per_unit)
)
select
  'tax:' || $period || ':' || touched.source_reference as journal_id,
  fn.date_of(touched.occurred_at) as journal_on,
  touched.source_reference,
  changed.account,
  case when changed.account = 'disputes' then 'platform' else touched.developer_id end as account_owner_id,
  touched.currency,
  changed.amount
from changed
join touched on touched.sale_id = changed.sale_id
union all
select
  'tax:' || $period || ':invoice:' || invoice_id as journal_id,
  fn.date_of(occurred_at) as journal_on,
  'invoice:' || invoice_id as source_reference,
  'buyers_receivable' as account,
  developer_id as account_owner_id,
  currency,
  amount
from invoice_taxes
where amount <> 0
