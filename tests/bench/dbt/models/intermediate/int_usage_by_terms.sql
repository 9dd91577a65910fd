-- One row per terms that were used in the month: the creators' side of the metered use.
select
  'uses:{{ var("period") }}:' || terms_id as movement_id,
  terms_id,
  asset_id,
  currency,
  fee_bps,
  count(*) as use_count,
  sum(units) as units,
  sum(amount) as amount
from {{ ref('int_rated_uses') }}
group by terms_id, asset_id, currency, fee_bps
