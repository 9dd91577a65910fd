-- One row per version of terms and interval with one fee: what a sale or use at that time is rated by.
with rates as (
  select
    terms.terms_number,
    terms.terms_id,
    terms.asset_id,
    terms.license_type,
    terms.currency,
    fn.billionths_of(terms.rate) as rate_billionths,
    terms.rate > 0 and fn.billionths_of(terms.rate) is null as is_rate_too_large,
    fees.fee_bps,
    terms.withdrawn_at,
    terms.consents_needed_from_at,
    case when fees.valid_from_at > terms.valid_from_at then fees.valid_from_at else terms.valid_from_at end as valid_from_at,
    case when fees.valid_until_at < terms.valid_until_at then fees.valid_until_at else terms.valid_until_at end as valid_until_at,
    case when fees.fee_bps is null then 'fee_missing' else terms.exception_reason end as exception_reason
  from steps.int_terms as terms
  left join steps.int_fees as fees
    on fees.license_type = terms.license_type
    and fees.valid_from_at < terms.valid_until_at
    and fees.valid_until_at > terms.valid_from_at
  where terms.valid_from_at < terms.valid_until_at
)
select *
from rates
