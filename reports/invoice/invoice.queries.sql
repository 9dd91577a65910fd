-- royalties: The lines of a closed period that change what is owed to a creator, with what its balance has of them and the titles of assets.
select
  lines.creator_id,
  lines.currency,
  lines.line_kind,
  lines.asset_id,
  lines.license_type,
  lines.earned_period,
  lines.revenue_event_count,
  lines.correction_id,
  lines.corrected_kind,
  lines.corrected_id,
  lines.line_amount_minor,
  assets.asset_title,
  balances.earnings_minor - balances.refunds_minor + balances.adjustments_minor as stated_minor
from ledger.statement_lines as lines
join ledger.balances as balances
  on balances.period = lines.period and balances.creator_id = lines.creator_id and balances.currency = lines.currency
left join tantieme.stg_rudder__assets as assets on assets.asset_id = lines.asset_id
where lines.period = $1
order by
  lines.creator_id, lines.currency, lines.earned_period, lines.line_kind, coalesce(lines.asset_id, ''), coalesce(lines.terms_id, ''), lines.fee_bps,
  coalesce(lines.correction_id, '');

-- invoiced_before: What periods before one invoice to a creator, by period and the month in which it was earned: credits and corrected balances are none of it.
select lines.period, lines.earned_period, sum(lines.line_amount_minor) as invoiced_minor
from ledger.statement_lines as lines
where
  lines.period < $1 and lines.creator_id = $2 and lines.currency = $3
  and coalesce(lines.corrected_kind, '') <> 'balance' and (lines.earned_period >= lines.period or lines.line_amount_minor > 0)
group by lines.period, lines.earned_period
order by lines.period, lines.earned_period;

-- usage: The invoices for metered use that a closed period has booked, and how often each was corrected before its cutoff.
with closing as (
  select closes.cutoff_at, previous.cutoff_at as late_from_at
  from ledger.closes as closes
  left join ledger.closes as previous on previous.next_period = closes.period
  where closes.period = $1
),
corrected as (
  select corrections.corrected_id as invoice_id, count(*) as correction_count
  from tantieme.stg_rudder__corrections as corrections
  join closing on corrections.recorded_at < closing.cutoff_at
  where corrections.corrected_kind = 'invoice'
  group by corrections.corrected_id
)
select
  invoices.invoice_id,
  coalesce(invoices.developer_id, 'unknown') as developer_id,
  invoices.usage_period,
  invoices.amount,
  invoices.tax_amount,
  invoices.currency,
  invoices.charge_id_stripe,
  coalesce(corrected.correction_count, 0) as correction_count
from tantieme.stg_rudder__usage_invoices as invoices
join closing on invoices.recorded_at < closing.cutoff_at
left join corrected on corrected.invoice_id = invoices.invoice_id
where fn.month_of(invoices.occurred_at) = $1 or (fn.month_of(invoices.occurred_at) < $1 and invoices.recorded_at >= closing.late_from_at)
order by coalesce(invoices.developer_id, 'unknown'), invoices.currency, invoices.usage_period, invoices.invoice_id;
