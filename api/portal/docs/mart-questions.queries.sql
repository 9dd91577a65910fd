-- royalties__by_asset: What each asset gave to its creators in each month.
select period, asset_id, currency, sum(royalty_amount) as royalty_amount
from tantieme.royalties
group by period, asset_id, currency
order by period, asset_id, currency;

-- royalties__by_license: What the kinds of licence brought, before the fee and for creators.
select period, license_type, currency, sum(gross_amount) as gross_amount, sum(royalty_amount) as royalty_amount
from tantieme.royalties
group by period, license_type, currency
order by period, license_type, currency;

-- balances__unpaid: What is owed and not paid out, by reason.
select period, currency, payout_reason, count(*) as creator_count, sum(closing_minor) as closing_minor
from tantieme.balances
where payable_minor = 0 and closing_minor > 0
group by period, currency, payout_reason
order by period, currency, payout_reason;

-- statement_lines__of_creator: The lines of the statement of one creator.
select period, line_kind, asset_id, license_type, units, line_amount_exact, currency
from tantieme.statement_lines
where creator_id = 'cr_1'
order by period, currency, line_kind, asset_id, license_type;

-- period_totals__shares: What buyers paid in each month, and where it went.
select period, currency, buyers_net_amount, creators_amount, platform_fee_amount, suspense_amount, residual_amount
from tantieme.period_totals
order by period, currency;

-- sale_allocations__by_holder: What the holders of shared assets were credited.
select sale_id, movement_kind, creator_id, share_bps, gross_amount, royalty_amount, currency
from tantieme.sale_allocations
where sale_id = 'sale_1'
order by movement_kind, creator_id;

-- payouts__by_month: What was paid out in each month.
select period, currency, count(distinct creator_id) as creator_count, sum(amount) as amount
from tantieme.payouts
group by period, currency
order by period, currency;

-- payout_states__open: The payouts that have not arrived.
select payout_period, payout_status, currency, count(*) as payout_count, sum(amount) as amount
from tantieme.payout_states
where payout_status <> 'confirmed'
group by payout_period, payout_status, currency
order by payout_period, payout_status, currency;

-- exceptions__by_reason: What could not be booked, by reason.
select period, exception_reason, currency, sum(fact_count) as fact_count, sum(suspended_amount) as suspended_amount
from tantieme.exceptions
group by period, exception_reason, currency
order by period, exception_reason, currency;

-- postings__by_account: The sums of the accounts in each month.
select period, account, currency, sum(posting_amount) as posting_amount
from tantieme.postings
group by period, account, currency
order by period, account, currency;

-- withholdings__by_rule: The tax withheld, by rule and country of the payer.
select period, withholding_rule_id, currency, sum(taxable_amount) as taxable_amount, sum(withheld_minor) as withheld_minor
from tantieme.withholdings
group by period, withholding_rule_id, currency
order by period, withholding_rule_id, currency;

-- breaks__open: The differences to Stripe, by kind.
select period, break_class, flow_kind, count(*) as break_count
from tantieme.breaks
group by period, break_class, flow_kind
order by period, break_class, flow_kind;

-- reconciliations__matched: How much of the money movements matches.
select period, match_status, currency, sum(flow_count) as flow_count
from tantieme.reconciliations
group by period, match_status, currency
order by period, match_status, currency;

-- stripe_bridge__lines: The way from the opening to the closing balance at Stripe.
select period, balance_type, currency, bridge_line, bridge_category, net_minor
from tantieme.stripe_bridge
order by period, balance_type, currency, bridge_line, bridge_category;

-- connected_accounts__blocked: The accounts that Stripe does not pay to.
select creator_id, account_id_stripe, disabled_reason
from tantieme.connected_accounts
where is_payable = false
order by creator_id, account_id_stripe;

-- quarantined_events__most: The reasons for which events wait.
select event, reason, still_quarantined_count
from tantieme.quarantined_events
where still_quarantined_count > 0
order by still_quarantined_count desc, event, reason, source_id, violation_path;
