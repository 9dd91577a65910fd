-- One row a change and creator: what is owed for it, or taken back, to a billionth.
with owed as (
  select
    changes.period,
    changes.change_id,
    allocations.creator_id,
    changes.change_kind,
    facts.fact_id,
    facts.fact_kind,
    facts.asset_id,
    facts.developer_id,
    facts.license_type,
    facts.terms_id,
    changes.currency,
    facts.fee_bps,
    allocations.share_bps,
    facts.units,
    allocations.gross_amount,
    allocations.gross_amount - allocations.royalty_amount as platform_fee_amount,
    allocations.royalty_amount,
    changes.earned_period,
    changes.occurred_at
  from tantieme.int_changes as changes
  join tantieme.int_facts as facts on facts.fact_id = changes.fact_id
  join tantieme.int_allocations as allocations on allocations.change_id = changes.change_id
)
select *
from owed
