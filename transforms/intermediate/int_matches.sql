-- One row a movement that our books or Stripe know, with how the two compare.
with matched as (
  select
    coalesce(ledger.flow_id, stripe.flow_id) as flow_id,
    coalesce(ledger.flow_kind, stripe.flow_kind) as flow_kind,
    coalesce(ledger.period, stripe.period) as period,
    coalesce(ledger.currency, stripe.currency) as currency,
    ledger.ledger_minor,
    stripe.stripe_minor,
    case
      when ledger.flow_id is null and stripe.flow_kind = 'other' then 'unclassified'
      when ledger.flow_id is null then 'missing_in_ledger'
      when stripe.flow_id is null then 'missing_in_stripe'
      when ledger.flow_count > 1 and ledger.flow_kind <> 'dispute' then 'duplicate'
      when ledger.flow_kind <> stripe.flow_kind then 'unclassified'
      when ledger.currency <> stripe.currency then 'currency_differs'
      when ledger.flow_kind = 'payout' and (stripe.destination_account_id_stripe is null or stripe.destination_account_id_stripe <> ledger.destination_account_id_stripe) then 'wrong_destination'
      when stripe.reversed_minor > 0 then 'reversed_after_settlement'
      when ledger.ledger_minor <> stripe.stripe_minor then 'amount_differs'
      else 'matched'
    end as break_class
  from tantieme.int_ledger_flows as ledger
  full join tantieme.int_stripe_flows as stripe on stripe.flow_id = ledger.flow_id
)
select *
from matched
