-- payouts_in_ledger: The ids of all payouts that are recorded, which the next closing books.
select payout_id
from tantieme.stg_rudder__payouts;

-- balances_to_pay: The balances of a closed period, with the current state of the creators' identity checks and payout accounts, and
-- what was paid of this or an earlier balance by payouts recorded since the closing, less what Stripe has reversed of them, or a bank returned: the balance does
-- not contain it. A payout whose amount cannot be read counts as one unit of its currency, so that nobody is paid twice. What came back of other
-- payouts is owed with the next balance. Read from staging, because the mart has only what the last build knew.
with sent_since as (
  select
    payouts.payout_id,
    payouts.creator_id,
    payouts.currency,
    payouts.transfer_id_stripe,
    currencies.minor_per_unit,
    coalesce(payouts.amount, 1) as amount
  from tantieme.stg_rudder__payouts as payouts
  join ledger.closes as closes on closes.period = $1
  join seeds.currencies as currencies on currencies.currency = payouts.currency
  where payouts.payout_period <= $1 and payouts.recorded_at >= closes.cutoff_at
),
came_back as (
  select reversals.payout_id, sum(reversals.amount) as amount
  from tantieme.stg_rudder__payout_reversals as reversals
  join sent_since
    on sent_since.payout_id = reversals.payout_id
    and sent_since.currency = reversals.currency
    and sent_since.transfer_id_stripe = reversals.transfer_id_stripe
  left join tantieme.stg_stripe__transfer_reversals as at_stripe
    on at_stripe.id_stripe = reversals.reversal_id_stripe
    and at_stripe.transfer_id_stripe = reversals.transfer_id_stripe
    and at_stripe.currency = reversals.currency
  where fn.is_bookable(reversals.amount, sent_since.minor_per_unit)
    and (reversals.payout_rail is not null or at_stripe.amount_minor = fn.minor_floor(reversals.amount, sent_since.minor_per_unit))
  group by reversals.payout_id
),
kept_since as (
  select
    sent_since.creator_id,
    sent_since.currency,
    sent_since.minor_per_unit,
    case when sent_since.amount > coalesce(came_back.amount, 0) then sent_since.amount - coalesce(came_back.amount, 0) else 0 end as amount
  from sent_since
  left join came_back on came_back.payout_id = sent_since.payout_id
),
paid_since as (
  select creator_id, currency, sum(fn.minor_floor(amount, minor_per_unit)) as paid_minor
  from kept_since
  group by creator_id, currency
),
reported_accounts as (
  select creator_id, account_id_stripe, min(loaded_at) as first_reported_at
  from raw.creator_payout_account_updated
  where creator_id is not null and account_id_stripe is not null
  group by creator_id, account_id_stripe
),
counted_accounts as (
  select
    creator_id,
    account_id_stripe,
    first_reported_at,
    count(*) over (partition by creator_id order by first_reported_at) as account_count
  from reported_accounts
),
claimed_accounts as (
  select account_id_stripe, count(*) as claimant_count
  from tantieme.stg_rudder__payout_accounts
  group by account_id_stripe
),
stripe_accounts as (
  select id_stripe, named_creator_id
  from stripe.accounts
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  balances.*,
  cast(coalesce(paid_since.paid_minor, 0) as int64) as paid_since_minor,
  kyc.kyc_status,
  accounts.account_id_stripe as account_now,
  accounts.account_status,
  coalesce(claimed_accounts.claimant_count, 0) as claimant_count,
  stripe_accounts.named_creator_id,
  case when counted_accounts.account_count > 1 then counted_accounts.first_reported_at end as changed_at
from tantieme.balances as balances
left join paid_since on paid_since.creator_id = balances.creator_id and paid_since.currency = balances.currency
left join tantieme.stg_rudder__creator_kyc as kyc on kyc.creator_id = balances.creator_id
left join tantieme.stg_rudder__payout_accounts as accounts on accounts.creator_id = balances.creator_id
left join claimed_accounts on claimed_accounts.account_id_stripe = accounts.account_id_stripe
left join stripe_accounts on stripe_accounts.id_stripe = accounts.account_id_stripe
left join counted_accounts
  on counted_accounts.creator_id = accounts.creator_id
  and counted_accounts.account_id_stripe = accounts.account_id_stripe
where balances.period = $1
order by balances.creator_id, balances.currency;

-- stripe_minimums: The smallest payout that Stripe makes to a bank, by the country of the account and the currency.
select country, currency, minimum_minor
from seeds.stripe_payout_minimums
order by country, currency;

-- disputed_since_closing: Whose sales have been disputed since a period was closed, while nobody has reported an outcome: by the events of the
-- services, or by Stripe's records if the event is missing. An inquiry is no dispute: it moves no money.
with disputed as (
  select disputes.sale_id, disputes.dispute_id
  from tantieme.stg_rudder__disputes as disputes
  join ledger.closes as closes on closes.period = $1
  left join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
  where disputes.recorded_at >= closes.cutoff_at and outcomes.dispute_id is null
  union distinct
  select sales.sale_id, disputes.id_stripe as dispute_id
  from tantieme.stg_stripe__disputes as disputes
  join tantieme.stg_rudder__sales as sales on sales.charge_id_stripe = disputes.charge_id_stripe
  left join tantieme.stg_rudder__disputes as reported on reported.dispute_id_stripe = disputes.id_stripe
  where reported.dispute_id is null
    and disputes.status_stripe in ('needs_response', 'under_review', 'appeal_needs_response', 'appeal_under_review')
)
select allocations.creator_id, allocations.currency, min(disputed.dispute_id) as dispute_id
from disputed
join tantieme.sale_allocations as allocations on allocations.sale_id = disputed.sale_id
group by allocations.creator_id, allocations.currency
having sum(allocations.royalty_amount) > 0
order by allocations.creator_id, allocations.currency;

-- last_payouts: The last payout of each creator in each currency for the periods before one.
select creator_id, currency, payout_period, amount, account_id_stripe
from tantieme.stg_rudder__payouts
where payout_period < $1
qualify row_number() over (partition by creator_id, currency order by payout_period desc, occurred_at desc, payout_id desc) = 1
order by creator_id, currency;

-- creator_names: The names of the creators who have a balance of a period.
select creators.creator_id, creators.creator_name
from tantieme.stg_rudder__creators as creators
where creators.creator_id in (select creator_id from tantieme.balances where period = $1)
order by creators.creator_id;

-- last_period_paid: What was paid for the last period before one that was paid, by currency.
select payout_period, currency, count(*) as payout_count, sum(amount) as amount
from tantieme.stg_rudder__payouts
where payout_period = (select max(payout_period) from tantieme.stg_rudder__payouts where payout_period < $1)
group by payout_period, currency
order by currency;

-- changed_accounts: The payout accounts that were first reported since an instant, of creators who had another one before.
with reported as (
  select creator_id, account_id_stripe, min(loaded_at) as first_reported_at
  from raw.creator_payout_account_updated
  where creator_id is not null and account_id_stripe is not null
  group by creator_id, account_id_stripe
),
numbered as (
  select
    creator_id,
    account_id_stripe,
    first_reported_at,
    lag(account_id_stripe) over (partition by creator_id order by first_reported_at, account_id_stripe) as account_before
  from reported
)
select creator_id, account_id_stripe, account_before, first_reported_at
from numbered
where account_before is not null and first_reported_at >= $1
order by first_reported_at, creator_id, account_id_stripe;

-- settled_transfers: The transfers made since an instant whose movement of the platform's balance Stripe has recorded.
select transfers.id_stripe
from tantieme.stg_stripe__transfers as transfers
join tantieme.stg_stripe__balance_transactions as transactions
  on transactions.id_stripe = transfers.balance_transaction_id_stripe
where transfers.created_at >= $1
order by transfers.id_stripe;

-- destination_transfers: What Stripe has transferred by itself for charges with a destination, less their application fees, and what it has given back of
-- such a fee, that is not recorded as a payout or has a reversal that is not recorded; oldest first. With the payout as which it is recorded and its
-- creator. Otherwise a transfer is of the creator who had the account when it was made, by the history of the payout accounts; of an account that was
-- reported only later, the one creator who ever had it, if that creator has a share in the sale that the charge paid. A fee given back is of the
-- creator to whom its transfer is booked. Not those of accounts that were nobody's or several creators', of fees in another currency than
-- the transfer, nor of which a fee leaves nothing.
with made as (
  select
    transfers.id_stripe,
    transfers.destination_account_id_stripe as account_id_stripe,
    transfers.amount_minor - coalesce(charges.application_fee_minor, 0) as amount_minor,
    transfers.currency,
    transfers.created_at,
    charges.id_stripe as charge_id_stripe,
    charges.application_fee_id_stripe,
    coalesce(charges.application_fee_minor, 0) = 0 or charges.currency = transfers.currency as is_of_one_currency
  from tantieme.stg_stripe__transfers as transfers
  join tantieme.stg_stripe__charges as charges on charges.made_transfer_id_stripe = transfers.id_stripe
),
owners as (
  select made.id_stripe, min(history.creator_id) as creator_id
  from made
  join tantieme.stg_rudder__payout_account_intervals as history
    on history.account_id_stripe = made.account_id_stripe
    and history.had_from_at <= made.created_at
    and history.had_until_at > made.created_at
  group by made.id_stripe
  having count(distinct history.creator_id) = 1
),
only_owners as (
  select history.account_id_stripe, min(history.creator_id) as creator_id, min(history.had_from_at) as first_had_at
  from tantieme.stg_rudder__payout_account_intervals as history
  group by history.account_id_stripe
  having count(distinct history.creator_id) = 1
),
later_owners as (
  select distinct made.id_stripe, only_owners.creator_id
  from made
  join only_owners on only_owners.account_id_stripe = made.account_id_stripe and only_owners.first_had_at > made.created_at
  join tantieme.stg_rudder__sales as sales on sales.charge_id_stripe = made.charge_id_stripe
  join tantieme.sale_allocations as allocations
    on allocations.sale_id = sales.sale_id and allocations.creator_id = only_owners.creator_id
),
recorded as (
  select transfer_id_stripe, payout_id, creator_id
  from tantieme.stg_rudder__payouts
  where transfer_id_stripe is not null
  qualify row_number() over (partition by transfer_id_stripe order by recorded_at, payout_id) = 1
),
moved as (
  select
    made.id_stripe,
    made.amount_minor,
    made.currency,
    made.account_id_stripe,
    made.created_at,
    coalesce(owners.creator_id, later_owners.creator_id) as creator_id
  from made
  left join owners on owners.id_stripe = made.id_stripe
  left join later_owners on later_owners.id_stripe = made.id_stripe
  where made.is_of_one_currency and made.amount_minor > 0
  union all
  select refunds.id_stripe, refunds.amount_minor, refunds.currency, made.account_id_stripe, refunds.created_at, recorded.creator_id
  from tantieme.stg_stripe__application_fee_refunds as refunds
  join made on made.application_fee_id_stripe = refunds.application_fee_id_stripe and made.currency = refunds.currency
  join recorded on recorded.transfer_id_stripe = made.id_stripe
  where made.is_of_one_currency
),
returned as (
  select distinct reversals.transfer_id_stripe
  from tantieme.stg_stripe__transfer_reversals as reversals
  left join tantieme.stg_rudder__payout_reversals as reported on reported.reversal_id_stripe = reversals.id_stripe
  where reported.reversal_id_stripe is null
)
select
  moved.id_stripe,
  moved.amount_minor,
  moved.currency,
  moved.account_id_stripe,
  coalesce(recorded.creator_id, moved.creator_id) as creator_id,
  recorded.payout_id as recorded_as,
  moved.created_at
from moved
left join recorded on recorded.transfer_id_stripe = moved.id_stripe
left join returned on returned.transfer_id_stripe = moved.id_stripe
where coalesce(recorded.creator_id, moved.creator_id) is not null
  and (recorded.payout_id is null or returned.transfer_id_stripe is not null)
order by moved.created_at, moved.id_stripe;

-- transfer_reversals: Every reversal of a transfer that Stripe has recorded, oldest first, and another transfer of the same group that stands,
-- at least in part: while there is one, nothing is owed again.
with standing as (
  select transfer_group, id_stripe
  from tantieme.stg_stripe__transfers
  where transfer_group is not null and reversed_minor < amount_minor
),
beside as (
  select transfers.id_stripe, min(standing.id_stripe) as standing_id_stripe
  from tantieme.stg_stripe__transfers as transfers
  join standing on standing.transfer_group = transfers.transfer_group
  where standing.id_stripe <> transfers.id_stripe
  group by transfers.id_stripe
)
select
  reversals.id_stripe,
  reversals.transfer_id_stripe,
  reversals.amount_minor,
  reversals.currency,
  reversals.created_at,
  beside.standing_id_stripe
from tantieme.stg_stripe__transfer_reversals as reversals
left join beside on beside.id_stripe = reversals.transfer_id_stripe
order by reversals.created_at, reversals.id_stripe;
