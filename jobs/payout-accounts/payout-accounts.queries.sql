-- accounts_as_read: The connected accounts of a creator, or of all if none is given, and some more, with what Stripe requires of each and when
-- it was read.
with latest as (
  select id_stripe, created_at, pulled_at
  from stripe.accounts
  where true
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  accounts.creator_id,
  accounts.account_id_stripe,
  accounts.country,
  accounts.is_deleted,
  accounts.transfers_status,
  accounts.is_payable,
  accounts.is_submitted,
  accounts.disabled_reason,
  accounts.currently_due,
  accounts.past_due,
  accounts.pending_verification,
  accounts.requirements_due_at,
  latest.created_at,
  latest.pulled_at
from tantieme.connected_accounts as accounts
left join latest on latest.id_stripe = accounts.account_id_stripe
where fn.is_in_list(account_id_stripe, $2)
  or (accounts.creator_id is not null and ($1 = '' or accounts.creator_id = $1));

-- account_readings: The intervals of creation times whose connected accounts have all been read, and when.
select pulled_from_at, pulled_until_at, pulled_at
from stripe.pulls
where record_kind = 'account';

-- followed_accounts: Some connected accounts, as last read.
select id_stripe, transfers_status, named_creator_id, is_deleted, pulled_at
from stripe.accounts
where fn.is_in_list(id_stripe, $1)
qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1;

-- reported_accounts: The accounts that were last reported of some creators.
select creator_id, account_id_stripe, account_status
from tantieme.stg_rudder__payout_accounts
where account_id_stripe is not null and fn.is_in_list(creator_id, $1);
