-- lines_to_trace: The lines of all holders of some terms, of one kind, month and fee; each counts the same events.
select license_type, asset_id, max(revenue_event_count) as event_count, max(units) as units
from tantieme.statement_lines
where period = $1 and correction_id is null and line_kind = $2 and terms_id = $3 and earned_period = $4 and cast(fee_bps as string) = $5
group by license_type, asset_id;

-- uses_of_line: The uses that are booked under some terms, month and fee, once the books of their period are built again.
select uses.use_id as event_id, fn.billionths(uses.units_billionths) as units
from steps.int_uses as uses
join steps.int_terms as terms on terms.terms_number = uses.terms_number
where uses.exception_reason is null and not uses.is_voided and terms.terms_id = $1 and uses.earned_period = $2 and cast(uses.fee_bps as string) = $3
order by uses.use_id;

-- movements_of_line: The sales, refunds and lost disputes that are booked under some terms, month and fee.
select distinct movement_id as event_id, 1 as units
from tantieme.sale_allocations
where period = $1 and substr(movement_id, 1, 11) <> 'correction:' and movement_kind = $2 and terms_id = $3 and earned_period = $4 and cast(fee_bps as string) = $5
order by event_id;
