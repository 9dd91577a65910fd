-- One row per developer and currency: the buyers' side of the metered use.
select
  developer_id,
  currency,
  sum(amount) as amount
from {{ ref('int_rated_uses') }}
group by developer_id, currency
