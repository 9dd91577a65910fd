-- One row per metered use of the month, with its amount by the terms in force when it happened.
select
  uses.use_id,
  uses.developer_id,
  uses.units,
  uses.occurred_at,
  terms.terms_id,
  terms.asset_id,
  terms.currency,
  terms.fee_bps,
  cast(round(uses.units * terms.rate, 9) as decimal(38, 9)) as amount
from {{ ref('stg_uses') }} as uses
left join {{ ref('int_terms') }} as terms
  on terms.asset_id = uses.asset_id
  and terms.license_type = 'metered'
  and terms.valid_from_at <= uses.occurred_at
  and terms.valid_until_at > uses.occurred_at
where uses.occurred_at >= timestamptz '{{ var("starts_at") }}'
  and uses.occurred_at < timestamptz '{{ var("ends_at") }}'
