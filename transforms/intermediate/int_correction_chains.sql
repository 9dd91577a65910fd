-- One row per correction, with its place in its chain: each correction of a chain corrects the one before, and the first one a fact or a
-- balance (the root). A thing has one correction, the first that is booked; a second one begins a chain without a root. Only parts of a
-- use and balances may have several. A correction of what is no known correction, or of itself by a detour, has no root either, nor has the
-- report of a payment service that Stripe does not confirm.
with recursive recorded as (
  select correction_id, occurred_at, recorded_at, 1 as closing_rank, cast(null as string) as next_period
  from tantieme.int_confirmed_corrections
  union all
  select period as correction_id, cutoff_at as occurred_at, cutoff_at as recorded_at, 0 as closing_rank, next_period
  from ledger.closes
),
timeline as (
  select
    correction_id,
    closing_rank,
    fn.month_of(occurred_at) as month,
    max(next_period) over (order by recorded_at, closing_rank, correction_id rows between unbounded preceding and current row) as open_period
  from recorded
),
ranked as (
  select
    corrections.*,
    case when corrections.corrected_kind = 'correction' then corrections.corrected_id end as linked_id,
    row_number() over (
      partition by corrections.corrected_kind, corrections.corrected_id, corrections.is_partial, corrections.is_unconfirmed
      order by
        case when timeline.open_period > timeline.month then timeline.open_period else timeline.month end,
        corrections.recorded_at,
        corrections.occurred_at,
        corrections.correction_id
    ) as correction_rank
  from tantieme.int_confirmed_corrections as corrections
  join timeline on timeline.correction_id = corrections.correction_id and timeline.closing_rank = 1
),
placed as (
  select
    ranked.*,
    coalesce(ranked.corrected_kind in ('sale', 'use', 'refund', 'dispute', 'outcome', 'invoice', 'payout', 'payout_reversal', 'balance', 'doubt'), false)
      and ranked.corrected_id is not null
      and not ranked.is_unconfirmed
      and (ranked.correction_rank = 1 or ranked.is_partial or ranked.corrected_kind = 'balance') as is_root_known,
    ranked.correction_rank = 1 and corrected.correction_id is not null as is_link
  from ranked
  left join ranked as corrected on corrected.correction_id = ranked.linked_id
),
chains as (
  select
    correction_id,
    correction_id as head_id,
    case when is_root_known then corrected_kind end as root_kind,
    case when is_root_known then corrected_id end as root_id,
    is_partial,
    voided_units,
    adjustment_amount,
    currency,
    cast(1 as int64) as chain_position,
    cast(1 as int64) as chain_effect,
    occurred_at as effective_at,
    case
      when is_root_known then cast(null as string)
      when is_unconfirmed then 'report_unconfirmed'
      when correction_rank > 1 then 'already_corrected'
      else 'correction_target_unknown'
    end as exception_reason
  from placed
  where not coalesce(is_link, false)
  union all
  select
    placed.correction_id,
    chains.head_id,
    chains.root_kind,
    chains.root_id,
    chains.is_partial,
    chains.voided_units,
    chains.adjustment_amount,
    chains.currency,
    chains.chain_position + 1 as chain_position,
    -chains.chain_effect as chain_effect,
    case when placed.occurred_at > chains.effective_at then placed.occurred_at else chains.effective_at end as effective_at,
    chains.exception_reason
  from chains
  join placed on placed.corrected_id = chains.correction_id and placed.is_link
  where chains.chain_position < 100
)
select
  ranked.correction_id,
  chains.head_id,
  chains.root_kind,
  chains.root_id,
  coalesce(chains.is_partial, false) as is_partial,
  chains.voided_units,
  chains.adjustment_amount,
  chains.currency,
  chains.chain_position,
  chains.chain_effect,
  chains.effective_at,
  ranked.correction_reason,
  ranked.occurred_at,
  ranked.recorded_at,
  case when chains.head_id is null then 'correction_target_unknown' else chains.exception_reason end as exception_reason
from ranked
left join chains on chains.correction_id = ranked.correction_id
