-- One row per payout of a connected account to its bank, with the creator of the account when Stripe made it and what became of it: `returned`
-- is one that was paid first, `reversed` one that another payout takes back, and `reversal` that other one. A negative amount is a debit of the
-- bank for a negative balance. Where several creators had the account at that time, or none ever had, the creator is the one that Stripe names.
with owners as (
  select payouts.account_id_stripe, payouts.id_stripe, min(history.creator_id) as creator_id
  from tantieme.stg_stripe__connected_payouts as payouts
  join tantieme.stg_rudder__payout_account_intervals as history
    on history.account_id_stripe = payouts.account_id_stripe
    and history.attributed_from_at <= payouts.created_at
    and history.attributed_until_at > payouts.created_at
  group by payouts.account_id_stripe, payouts.id_stripe
  having count(distinct history.creator_id) = 1
)
select
  payouts.account_id_stripe,
  payouts.id_stripe,
  coalesce(owners.creator_id, accounts.named_creator_id) as creator_id,
  payouts.amount_minor,
  payouts.currency,
  case
    when payouts.original_payout_id_stripe is not null then 'reversal'
    when payouts.reversed_by_id_stripe is not null then 'reversed'
    when payouts.status_stripe = 'failed' and payouts.was_paid then 'returned'
    when payouts.status_stripe in ('paid', 'failed', 'canceled') then payouts.status_stripe
    when payouts.status_stripe in ('pending', 'in_transit') then 'in_progress'
    else 'unknown'
  end as bank_result,
  payouts.status_stripe,
  payouts.failure_code,
  payouts.reversed_by_id_stripe,
  payouts.original_payout_id_stripe,
  payouts.created_at,
  payouts.arrives_at,
  payouts.came_back_recorded_at
from tantieme.stg_stripe__connected_payouts as payouts
left join owners on owners.account_id_stripe = payouts.account_id_stripe and owners.id_stripe = payouts.id_stripe
left join tantieme.stg_stripe__accounts as accounts on accounts.id_stripe = payouts.account_id_stripe
