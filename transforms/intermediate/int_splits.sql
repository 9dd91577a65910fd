-- One row per version of terms and holder, with the holder's share.
with holders as (
  select
    terms.terms_id,
    fn.split_creator_id(terms.splits, ordinals.ordinal) as creator_id,
    fn.split_share_bps(terms.splits, ordinals.ordinal) as share_bps
  from tantieme.stg_rudder__asset_terms as terms
  join seeds.ordinals as ordinals on ordinals.ordinal <= fn.split_count(terms.splits)
)
select terms_id, creator_id, cast(sum(share_bps) as int64) as share_bps
from holders
group by terms_id, creator_id
