-- One row per movement in our books or at Stripe, with the result of comparing the two. What is void in our books and was never at Stripe
-- is no movement.
with matched as (
  select
    coalesce(ours.flow_id, theirs.flow_id) as flow_id,
    coalesce(ours.flow_kind, theirs.flow_kind) as flow_kind,
    coalesce(ours.period, theirs.period) as period,
    coalesce(ours.currency, theirs.currency) as currency,
    ours.ledger_minor,
    theirs.stripe_minor,
    case
      when ours.flow_id is null and theirs.flow_kind = 'platform' then 'platform_own'
      when ours.flow_id is null and theirs.flow_kind = 'other' then 'unclassified'
      when ours.flow_id is null then 'missing_in_ledger'
      when theirs.flow_id is null then 'missing_in_stripe'
      when ours.flow_kind <> theirs.flow_kind then 'unclassified'
      when not ours.is_one_currency or ours.currency <> theirs.currency then 'currency_differs'
      when ours.flow_kind = 'payout' and ours.flow_count > 1 then 'duplicate'
      when ours.flow_kind = 'charge' and ours.flow_count > 1 and ours.ledger_minor > theirs.stripe_minor then 'duplicate'
      when ours.flow_kind = 'refund' and ours.flow_count > 1 and ours.ledger_minor < theirs.stripe_minor then 'duplicate'
      when ours.flow_kind = 'payout' and (theirs.destination_account_id_stripe is null or theirs.destination_account_id_stripe <> ours.destination_account_id_stripe) then 'wrong_destination'
      when theirs.reversed_minor > 0 then 'reversed_after_settlement'
      when ours.ledger_minor <> theirs.stripe_minor then 'amount_differs'
      else 'matched'
    end as match_status
  from tantieme.int_ledger_flows as ours
  full join tantieme.int_stripe_flows as theirs on theirs.flow_id = ours.flow_id
  where theirs.flow_id is not null or ours.flow_count > 0
)
select *
from matched
