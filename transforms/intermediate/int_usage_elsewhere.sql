-- One row per country of a payer, terms, fee and month of metered use by developers who are known to be outside that country, with what was paid for
-- it; none if no tax is withheld.
with usage as (
  select
    elsewhere.payer_country,
    uses.terms_number,
    uses.fee_bps,
    uses.earned_period,
    fn.billionths(sum(fn.upper_bits(uses.amount_billionths))) * 4294967296 + fn.billionths(sum(fn.lower_bits(uses.amount_billionths))) as amount
  from steps.int_uses as uses
  join steps.int_developers_elsewhere as elsewhere on elsewhere.developer_id = uses.developer_id
  where uses.exception_reason is null and not uses.is_voided
  group by elsewhere.payer_country, uses.terms_number, uses.fee_bps, uses.earned_period
)
select usage.payer_country, terms.terms_id, usage.fee_bps, usage.earned_period, usage.amount as elsewhere_amount
from usage
join steps.int_terms as terms on terms.terms_number = usage.terms_number
