-- balances: The balances of a period with what is known of each creator.
select balances.*, creators.creator_name, creators.country
from tantieme.balances as balances
left join tantieme.stg_rudder__creators as creators on creators.creator_id = balances.creator_id
where balances.period = $1
order by balances.creator_id, balances.currency;

-- lines: The statement lines of the balances of a period, largest first within a kind, with the titles of their assets.
select lines.*, assets.asset_title
from tantieme.statement_lines as lines
join tantieme.balances as balances
  on balances.period = lines.period and balances.creator_id = lines.creator_id and balances.currency = lines.currency
left join tantieme.stg_rudder__assets as assets on assets.asset_id = lines.asset_id
where lines.period = $1
order by
  lines.creator_id, lines.currency, lines.line_kind, lines.line_amount_exact desc, coalesce(lines.terms_id, ''), lines.earned_period,
  lines.fee_bps, coalesce(lines.correction_id, '');

-- movements: What refunds, lost disputes and corrections of sales gave to or took from each creator in a period.
select allocations.*
from tantieme.sale_allocations as allocations
join tantieme.balances as balances
  on balances.period = allocations.period and balances.creator_id = allocations.creator_id and balances.currency = allocations.currency
where allocations.period = $1 and allocations.movement_kind <> 'earning'
order by allocations.creator_id, allocations.currency, allocations.occurred_at, allocations.movement_id;

-- payouts: The payouts in the books of a period.
select payouts.*
from tantieme.payouts as payouts
join tantieme.balances as balances
  on balances.period = payouts.period and balances.creator_id = payouts.creator_id and balances.currency = payouts.currency
where payouts.period = $1
order by payouts.creator_id, payouts.currency, payouts.payout_id;

-- payout_reversals: The reversals of payouts in the books of a period.
select reversals.*
from tantieme.payout_reversals as reversals
join tantieme.balances as balances
  on balances.period = reversals.period and balances.creator_id = reversals.creator_id and balances.currency = reversals.currency
where reversals.period = $1
order by reversals.creator_id, reversals.currency, reversals.occurred_at, reversals.reversal_id_stripe;
