-- One row per developer, currency and month of use of which the period changes what its invoices have rounded: the amount of all that are not
-- void less the accrual of the use, if it is less than one minor unit for each of them, and nothing otherwise: then somebody must look. What is
-- posted is the difference to what is posted so far. The use that is booked later is a part of the accrual, corrections of uses are not.
with corrected as (
  select
    root_id as invoice_id,
    max(case when was_in_force then 1 else 0 end) <> max(case when is_in_force then 1 else 0 end) as is_changed,
    max(case when is_in_force then 1 else 0 end) = 1 as is_voided
  from steps.int_corrections
  where root_kind = 'invoice' and is_last
  group by root_id
),
touched as (
  select coalesce(invoices.developer_id, 'unknown') as developer_id, invoices.currency, invoices.usage_period
  from raw.usage_invoiced as invoices
  left join corrected on corrected.invoice_id = invoices.invoice_id
  where invoices.timestamp < $ends_at
    and (invoices.timestamp >= $starts_at or invoices.loaded_at >= $late_from_at or coalesce(corrected.is_changed, false))
  union distinct
  select developer_id, currency, earned_period as usage_period
  from steps.int_usage_by_developer
),
wanted as (
  select distinct invoices.invoice_id
  from raw.usage_invoiced as invoices
  join touched
    on touched.developer_id = coalesce(invoices.developer_id, 'unknown')
    and touched.currency = invoices.currency
    and touched.usage_period = invoices.usage_period
),
invoices as (
  select
    invoices.invoice_id,
    coalesce(invoices.developer_id, 'unknown') as developer_id,
    invoices.currency,
    invoices.usage_period,
    fn.try_numeric(invoices.amount) as amount,
    invoices.timestamp as occurred_at
  from raw.usage_invoiced as invoices
  join wanted on wanted.invoice_id = invoices.invoice_id
  where invoices.timestamp is not null
  qualify row_number() over (partition by invoices.invoice_id order by invoices.loaded_at, invoices.id) = 1
),
invoiced as (
  select
    invoices.developer_id,
    invoices.currency,
    invoices.usage_period,
    sum(case when corrected.invoice_id is null then invoices.amount else 0 end) as amount,
    cast(sum(case when corrected.invoice_id is null then 1 else 0 end) as int64) as invoice_count,
    max(currencies.minor_per_unit) as minor_per_unit
  from invoices
  join seeds.currencies as currencies on currencies.currency = invoices.currency
  left join corrected on corrected.invoice_id = invoices.invoice_id and corrected.is_voided
  where invoices.occurred_at < $ends_at
    and invoices.occurred_at >= $books_start_at
    and fn.is_bookable(invoices.amount, currencies.minor_per_unit)
    and fn.is_minor(invoices.amount, currencies.minor_per_unit)
  group by invoices.developer_id, invoices.currency, invoices.usage_period
),
named as (
  select
    *,
    'invoices:' || developer_id || ':' || currency || ':' || usage_period as source_reference,
    fn.last_day_of(usage_period) as used_until_on
  from invoiced
),
accrued as (
  select named.source_reference, usage.amount
  from named
  join steps.int_usage_by_developer as usage
    on usage.developer_id = named.developer_id and usage.currency = named.currency and usage.earned_period = named.usage_period
  union all
  select named.source_reference, postings.posting_amount as amount
  from named
  join tantieme.postings as postings
    on postings.account_owner_id = named.developer_id and postings.currency = named.currency and postings.journal_on = named.used_until_on
  where postings.period < $period and postings.journal_kind = 'usage_by_developer' and postings.account = 'buyers_receivable'
),
accruals as (
  select source_reference, sum(amount) as amount
  from accrued
  group by source_reference
),
posted_before as (
  select named.source_reference, sum(postings.posting_amount) as amount
  from named
  join tantieme.postings as postings on postings.source_reference = named.source_reference
  where postings.period < $period and postings.journal_kind = 'invoice' and postings.account = 'buyers_receivable'
  group by named.source_reference
),
compared as (
  select
    named.*,
    named.amount - coalesce(accruals.amount, 0) as difference_amount,
    fn.minor_amount(named.invoice_count, named.minor_per_unit) as most_amount,
    coalesce(posted_before.amount, 0) as posted_amount
  from named
  left join accruals on accruals.source_reference = named.source_reference
  left join posted_before on posted_before.source_reference = named.source_reference
),
changed as (
  select
    source_reference,
    developer_id,
    currency,
    usage_period,
    case when difference_amount < most_amount and -difference_amount < most_amount then difference_amount else 0 end - posted_amount as amount
  from compared
)
select
  'invoice:' || $period || ':' || developer_id || ':' || currency || ':' || usage_period as journal_id,
  fn.last_day_of($period) as journal_on,
  source_reference,
  developer_id,
  currency,
  amount
from changed
where amount <> 0
