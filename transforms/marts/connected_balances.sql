-- One row per connected account and currency: its balance at Stripe, since it last changed, and the creator who has the account,
-- or had it last. Where several creators have it, or none ever had, it is the one that Stripe names.
with owners as (
  select history.account_id_stripe, min(history.creator_id) as creator_id
  from tantieme.stg_rudder__payout_account_intervals as history
  where history.attributed_until_at = timestamp '9999-12-31 00:00:00+00'
  group by history.account_id_stripe
  having count(distinct history.creator_id) = 1
)
select
  stocks.account_id_stripe,
  coalesce(owners.creator_id, accounts.named_creator_id) as creator_id,
  stocks.currency,
  stocks.available_minor,
  stocks.pending_minor,
  stocks.pulled_at
from tantieme.stg_stripe__connected_balances as stocks
left join owners on owners.account_id_stripe = stocks.account_id_stripe
left join tantieme.stg_stripe__accounts as accounts on accounts.id_stripe = stocks.account_id_stripe
