-- One row per break and creator whose money it is about: of a charge, those who share its sales; of a refund or dispute, those who share the
-- sales that it names or that its charge has paid; of a transfer, those to whom our books have it and whose account it went to; of a debit,
-- whose account it is; of what a bank says of a payout, whose payout it is. Whose an account is counts as of the movement, by the reports of payout
-- accounts, of a reversal also as of the transfer that it takes back, and of an account never reported by the payouts to it. A break without a row is about nobody in particular, such as a balance, a fee of Stripe's or metered use.
with found as (
  select period, break_id, break_class, flow_id, flow_kind, account_id_stripe, created_at
  from tantieme.breaks
  where break_class <> 'fee_differs'
),
charges as (
  select period, break_id, flow_id as charge_id
  from found
  where flow_kind = 'charge'
  union distinct
  select found.period, found.break_id, objects.charge_id_stripe as charge_id
  from found
  join tantieme.int_stripe_objects as objects on objects.id_stripe = found.flow_id and objects.flow_kind = found.flow_kind
  where found.flow_kind in ('refund', 'dispute') and objects.charge_id_stripe is not null
),
sold as (
  select charges.period, charges.break_id, sales.sale_id
  from charges
  join tantieme.stg_rudder__sales as sales on coalesce(sales.charge_id_stripe, sales.sale_id) = charges.charge_id
  union distinct
  select found.period, found.break_id, refunds.sale_id
  from found
  join tantieme.stg_rudder__refunds as refunds on refunds.refund_id_stripe = found.flow_id
  where found.flow_kind = 'refund'
  union distinct
  select found.period, found.break_id, disputes.sale_id
  from found
  join tantieme.stg_rudder__disputes as disputes on disputes.dispute_id_stripe = found.flow_id
  where found.flow_kind = 'dispute'
),
moments as (
  select period, break_id, account_id_stripe, coalesce(created_at, timestamp '9999-12-30 00:00:00+00') as moved_at
  from found
  union distinct
  select found.period, found.break_id, transfers.destination_account_id_stripe as account_id_stripe, transfers.created_at as moved_at
  from found
  join tantieme.stg_stripe__transfers as transfers on transfers.id_stripe = found.flow_id
  where found.break_class = 'reversed_after_settlement'
),
account_owners as (
  select moments.period, moments.break_id, history.creator_id
  from moments
  join tantieme.stg_rudder__payout_account_intervals as history
    on history.account_id_stripe = moments.account_id_stripe
    and history.attributed_from_at <= moments.moved_at
    and history.attributed_until_at > moments.moved_at
),
unreported_owners as (
  select payouts.creator_id, payouts.account_id_stripe
  from tantieme.stg_rudder__payouts as payouts
  left join tantieme.stg_rudder__payout_account_intervals as history on history.account_id_stripe = payouts.account_id_stripe
  where payouts.account_id_stripe is not null and history.account_id_stripe is null
)
select sold.period, sold.break_id, allocations.creator_id
from sold
join tantieme.sale_allocations as allocations on allocations.sale_id = sold.sale_id
union distinct
select found.period, found.break_id, payouts.creator_id
from found
join tantieme.stg_rudder__payouts as payouts on payouts.transfer_id_stripe = found.flow_id
where found.flow_kind = 'transfer'
union distinct
select period, break_id, creator_id
from account_owners
union distinct
select found.period, found.break_id, unreported_owners.creator_id
from found
join unreported_owners on unreported_owners.account_id_stripe = found.account_id_stripe
union distinct
select period, break_id, flow_id as creator_id
from found
where break_class = 'payout_differs'
union distinct
select found.period, found.break_id, said.creator_id
from found
join tantieme.stg_rudder__bank_entries as said on 'bank:' || said.bank_entry_id = found.break_id
where said.creator_id is not null
union distinct
select found.period, found.break_id, reversals.creator_id
from found
join tantieme.stg_rudder__payout_reversals as reversals on 'bank:' || reversals.reversal_id_stripe = found.break_id
