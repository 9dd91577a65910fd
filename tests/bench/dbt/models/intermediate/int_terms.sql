-- One row per version of terms, with the interval in which it is in force and the platform's fee.
select
  terms.terms_id,
  terms.asset_id,
  terms.license_type,
  terms.rate,
  terms.currency,
  terms.splits,
  fees.fee_bps,
  terms.occurred_at as valid_from_at,
  coalesce(
    lead(terms.occurred_at) over (
      partition by terms.asset_id, terms.license_type
      order by terms.occurred_at, terms.terms_id
    ),
    timestamptz '9999-12-31 00:00:00+00'
  ) as valid_until_at
from {{ ref('stg_terms') }} as terms
inner join {{ ref('platform_fees') }} as fees on fees.license_type = terms.license_type
