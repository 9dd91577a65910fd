-- One row per connected account: the creator who has it, or had it last, what Stripe lets it do and requires of it, its last payout to its bank,
-- the last one that the bank returned, unless a later one in its currency was paid, and the external account that Stripe no longer pays out to.
-- Where several creators have it, or none ever had, the creator is the one that Stripe names. What was never read is null.
with owners as (
  select history.account_id_stripe, min(history.creator_id) as creator_id
  from tantieme.stg_rudder__payout_account_intervals as history
  where history.attributed_until_at = timestamp '9999-12-31 00:00:00+00'
  group by history.account_id_stripe
  having count(distinct history.creator_id) = 1
),
last_payouts as (
  select account_id_stripe, id_stripe, status_stripe, amount_minor, currency, arrives_at
  from tantieme.stg_stripe__connected_payouts
  where true
  qualify row_number() over (partition by account_id_stripe order by created_at desc, id_stripe desc) = 1
),
last_ended as (
  select account_id_stripe, id_stripe, status_stripe, failure_code, created_at
  from tantieme.stg_stripe__connected_payouts
  where status_stripe in ('paid', 'failed')
  qualify row_number() over (partition by account_id_stripe, currency order by created_at desc, id_stripe desc) = 1
),
failed as (
  select account_id_stripe, id_stripe, failure_code
  from last_ended
  where status_stripe = 'failed'
  qualify row_number() over (partition by account_id_stripe order by created_at desc, id_stripe desc) = 1
),
unusable as (
  select account_id_stripe, max(id_stripe) as id_stripe
  from tantieme.stg_stripe__external_accounts
  where status_stripe in ('errored', 'verification_failed')
  group by account_id_stripe
),
known as (
  select id_stripe as account_id_stripe
  from tantieme.stg_stripe__accounts
  union distinct
  select account_id_stripe
  from tantieme.stg_rudder__payout_account_intervals
  union distinct
  select account_id_stripe
  from last_payouts
  union distinct
  select account_id_stripe
  from unusable
)
select
  known.account_id_stripe,
  coalesce(owners.creator_id, accounts.named_creator_id) as creator_id,
  accounts.country,
  coalesce(accounts.is_deleted, false) as is_deleted,
  accounts.transfers_status,
  accounts.is_payable,
  accounts.is_submitted,
  accounts.disabled_reason,
  accounts.currently_due,
  accounts.past_due,
  accounts.pending_verification,
  accounts.requirements_due_at,
  last_payouts.id_stripe as last_payout_id_stripe,
  last_payouts.status_stripe as last_payout_status,
  last_payouts.amount_minor as last_payout_minor,
  last_payouts.currency as last_payout_currency,
  last_payouts.arrives_at,
  failed.id_stripe as failed_payout_id_stripe,
  failed.failure_code,
  unusable.id_stripe as errored_external_account_id_stripe
from known
left join tantieme.stg_stripe__accounts as accounts on accounts.id_stripe = known.account_id_stripe
left join owners on owners.account_id_stripe = known.account_id_stripe
left join last_payouts on last_payouts.account_id_stripe = known.account_id_stripe
left join failed on failed.account_id_stripe = known.account_id_stripe
left join unusable on unusable.account_id_stripe = known.account_id_stripe
