-- recorded_sale: When a sale happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__sales
where sale_id = $1;

-- recorded_use: When a use happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__uses
where use_id = $1;

-- recorded_refund: When a refund happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__refunds
where refund_id = $1;

-- recorded_dispute: When a dispute happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__disputes
where dispute_id = $1;

-- recorded_outcome: When an outcome happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__dispute_outcomes
where dispute_id = $1;

-- recorded_invoice: When an invoice happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__usage_invoices
where invoice_id = $1;

-- recorded_payout: When a payout happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__payouts
where payout_id = $1;

-- recorded_payout_reversal: When the reversal of a payout happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__payout_reversals
where reversal_id_stripe = $1;

-- recorded_doubt: When a sale happened whose payment is in doubt, as last built.
select occurred_at
from tantieme.suspended_facts
where fact_kind = 'sale' and fact_id = $1 and exception_reason in ('charge_exceeded', 'license_repeated')
union distinct
select occurred_at
from tantieme.flagged_facts
where fact_kind = 'sale' and fact_id = $1 and exception_reason in ('charge_exceeded', 'charge_missing', 'license_repeated');

-- recorded_correction: When a correction happened, as first recorded.
select occurred_at
from tantieme.stg_rudder__corrections
where correction_id = $1;

-- units_of_use: The units of a use, as first recorded.
select units
from tantieme.stg_rudder__uses
where use_id = $1;

-- known_creator: A creator who has signed up or had a balance.
select creator_id
from tantieme.stg_rudder__creators
where creator_id = $1
union distinct
select creator_id
from tantieme.balances
where creator_id = $1;

-- corrections_of: The recorded corrections of a thing as a whole.
select correction_id
from tantieme.int_confirmed_corrections
where corrected_kind = $1 and corrected_id = $2 and not is_partial and not is_unconfirmed
order by recorded_at, correction_id;

-- booked_payouts: The payout with this id, if it is booked.
select payout_id
from tantieme.payouts
where payout_id = $1;

-- booked_payout_reversals: The reversal of a payout with this id, if it is booked.
select reversal_id_stripe
from tantieme.payout_reversals
where reversal_id_stripe = $1;

-- booked_royalties: What the books have given each creator for a sale, a refund, a lost dispute or a correction, which a void takes back.
with booked as (
  select creator_id, currency, royalty_amount
  from tantieme.sale_allocations
  where ($1 = 'sale' and sale_id = $2)
    or ($1 = 'refund' and movement_id = 'refund:' || $2)
    or ($1 in ('dispute', 'outcome') and movement_id = 'dispute:' || $2)
  union all
  select creator_id, currency, line_amount_exact as royalty_amount
  from tantieme.statement_lines
  where $1 = 'correction' and correction_id = $2
)
select creator_id, currency, sum(booked.royalty_amount) as royalty_amount
from booked
group by creator_id, currency
having sum(booked.royalty_amount) <> 0
order by creator_id, currency;
