-- One row per holder of terms under which something is earned in the period, with the holder's share.
with used as (
  select distinct terms_id
  from steps.int_movements
  where not is_earlier
),
lists as (
  select terms.terms_id, fn.split_creator_ids(terms.splits) as creator_ids, fn.split_shares(terms.splits) as shares
  from steps.int_terms as terms
  join used on used.terms_id = terms.terms_id
),
holders as (
  select
    lists.terms_id,
    fn.element_at(lists.creator_ids, ordinals.ordinal) as creator_id,
    fn.element_at(lists.shares, ordinals.ordinal) as share_bps
  from lists
  join seeds.ordinals as ordinals on ordinals.ordinal <= fn.element_count(lists.shares)
)
select terms_id, creator_id, cast(sum(share_bps) as int64) as share_bps
from holders
group by terms_id, creator_id
