-- no_residual: The amount that buyers paid equals the amounts of creators, the platform, the carried fractions and suspense.
select period, currency, residual_amount
from tantieme.period_totals
where period = $period and residual_amount <> 0;

-- every_fact_once: Every fact that falls into the period, or was in suspense before it, is booked, in suspense or void, once.
with counts as (
  select 'use' as fact_kind, count(*) as due_count, 0 as found_count
  from steps.int_uses
  where not is_voided
  union all
  select fact_kind, count(*) as due_count, 0 as found_count
  from steps.int_first_reports
  where is_of_period and suspended_period is null
  group by fact_kind
  union all
  select 'correction' as fact_kind, count(*) as due_count, 0 as found_count
  from steps.int_corrections
  where is_of_period and suspended_period is null
  union all
  select fact_kind, count(*) as due_count, 0 as found_count
  from tantieme.suspended_facts
  where period = $previous_period and fact_kind <> 'use'
  group by fact_kind
  union all
  select fact_kind, 0 as due_count, count(*) as found_count
  from steps.int_first_reports
  where is_due and not is_of_period and suspended_period is not null
  group by fact_kind
  union all
  select 'correction' as fact_kind, 0 as due_count, count(*) as found_count
  from steps.int_judged_corrections
  where exception_reason is null
  union all
  select fact_kind, 0 as due_count, count(*) as found_count
  from tantieme.suspended_facts
  where period = $period
  group by fact_kind
  union all
  select
    case
      when revenue_event_kind = 'use' then 'use'
      when movement_kind = 'earning' then 'sale'
      when movement_kind = 'refund' then 'refund'
      else 'outcome'
    end as fact_kind,
    0 as due_count,
    revenue_event_count as found_count
  from steps.int_movements
  where correction_id is null
  union all
  select fact_kind, 0 as due_count, count(*) as found_count
  from steps.int_judged_reductions
  where exception_reason is null and correction_id is null and (fact_kind = 'dispute' or dispute_outcome = 'won')
  group by fact_kind
  union all
  select 'payout' as fact_kind, 0 as due_count, count(*) as found_count
  from tantieme.payouts
  where period = $period
  union all
  select 'payout_reversal' as fact_kind, 0 as due_count, count(*) as found_count
  from tantieme.payout_reversals
  where period = $period
)
select fact_kind, sum(due_count) as due, sum(found_count) as found
from counts
group by fact_kind
having sum(due_count) <> sum(found_count);
