-- One row per terms and holder, with the holder's share.
with holders as (
  select
    terms_id,
    unnest(from_json(splits, '[{"creator_id": "VARCHAR", "share_bps": "BIGINT"}]')) as holder
  from {{ ref('int_terms') }}
)

select
  terms_id,
  holder.creator_id as creator_id,
  cast(sum(holder.share_bps) as bigint) as share_bps
from holders
group by terms_id, holder.creator_id
