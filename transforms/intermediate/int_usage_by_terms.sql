-- One row per terms, fee and month in which they were used: the creators' side of the metered use that is booked.
-- Its amount is shared once: uses are rated one by one, but not allocated one by one. Their upper and lower 32 bits are summed
-- apart: quick, and without an overflow.
with usage as (
  select
    terms_number,
    fee_bps,
    earned_period,
    cast(count(*) as int64) as revenue_event_count,
    fn.billionths(sum(fn.upper_bits(units_billionths))) * 4294967296 + fn.billionths(sum(fn.lower_bits(units_billionths))) as units,
    fn.billionths(sum(fn.upper_bits(amount_billionths))) * 4294967296 + fn.billionths(sum(fn.lower_bits(amount_billionths))) as amount
  from steps.int_uses
  where exception_reason is null and not is_voided
  group by terms_number, fee_bps, earned_period
)
select
  row_number() over (order by usage.terms_number, usage.fee_bps, usage.earned_period) as movement_number,
  'uses:' || $period || ':' || terms.terms_id || ':' || usage.earned_period || ':' || cast(usage.fee_bps as string) as movement_id,
  usage.terms_number,
  terms.terms_id,
  coalesce(terms.rate, 0) as rate,
  usage.fee_bps,
  usage.earned_period,
  terms.asset_id,
  terms.currency,
  terms.minor_per_unit,
  usage.revenue_event_count,
  usage.units,
  usage.amount
from usage
join steps.int_terms as terms on terms.terms_number = usage.terms_number
