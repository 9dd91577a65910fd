-- One row per correction that is booked in the period or was in suspense before it, with the reason why it cannot be booked yet, if there is
-- one. The corrections of a chain wait together. Those that leave everything as it was before the period change nothing, and are booked.
with reasons as (
  select
    corrections.head_id,
    case
      when corrections.root_kind = 'doubt' then null
      when corrections.root_kind = 'balance' then adjustments.exception_reason
      when corrections.root_kind = 'use' then coalesce(uses.exception_reason, reversals.exception_reason)
      when corrections.root_kind = 'invoice' and invoices.occurred_at < $ends_at then null
      when facts.fact_id is null or facts.occurred_at >= $ends_at then 'correction_target_unknown'
      when corrections.root_kind in ('payout', 'payout_reversal') and not facts.is_due then 'correction_impossible'
      when corrections.root_kind = 'sale' and not facts.is_due and not coalesce(sales.is_earlier, false) then 'correction_impossible'
      else reductions.exception_reason
    end as exception_reason
  from steps.int_corrections as corrections
  left join steps.int_first_reports as facts on facts.fact_kind = corrections.root_kind and facts.fact_id = corrections.root_id
  left join steps.int_judged_reductions as reductions on reductions.correction_id = corrections.correction_id
  left join steps.int_reduced_sales as sales on sales.sale_id = corrections.root_id
  left join steps.int_corrected_uses as uses on uses.correction_id = corrections.correction_id
  left join steps.int_use_reversals as reversals on reversals.correction_id = corrections.correction_id
  left join steps.int_balance_adjustments as adjustments on adjustments.correction_id = corrections.correction_id
  left join tantieme.stg_rudder__usage_invoices as invoices on invoices.invoice_id = corrections.root_id
  where corrections.is_last and corrections.was_in_force <> corrections.is_in_force
)
select
  corrections.correction_id,
  corrections.occurred_at,
  corrections.recorded_at,
  corrections.suspended_period,
  coalesce(corrections.exception_reason, reasons.exception_reason) as exception_reason
from steps.int_corrections as corrections
left join reasons on reasons.head_id = corrections.head_id
where corrections.is_of_period
