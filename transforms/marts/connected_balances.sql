-- One row per connected account and currency: its balance at Stripe, since it last changed, and its creator. Of an account that several
-- creators have had, the creator is the one with the greatest id.
with owners as (
  select account_id_stripe, max(creator_id) as creator_id
  from tantieme.stg_rudder__payout_accounts
  where account_id_stripe is not null
  group by account_id_stripe
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
