-- postings_of: The postings of the journal entries with given ids, or about given things.
select period, journal_id, journal_kind, journal_on, source_reference, account, account_owner_id, currency, posting_amount
from tantieme.postings
where fn.is_in_list(source_reference, $1) or fn.is_in_list(journal_id, $1)
order by period, journal_on, journal_id, account, account_owner_id, currency;

-- allocations_of: What the movements with given ids, or of given sales, gave to each creator or took back.
select period, movement_id, movement_kind, sale_id, creator_id, currency, terms_id, earned_period, fee_bps, share_bps, gross_amount, royalty_amount
from tantieme.sale_allocations
where fn.is_in_list(sale_id, $1) or fn.is_in_list(movement_id, $1)
order by period, movement_id, creator_id;

-- lines_of: The lines of statements with the id of a line or of the journal entry of uses, of given movements of sales, or of given balances.
with keyed as (
  select
    period,
    creator_id,
    currency,
    line_kind,
    license_type,
    earned_period,
    coalesce('correction:' || correction_id, line_kind || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string)) as line_id,
    case when license_type = 'metered' and correction_id is null then 'uses:' || period || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string) end as usage_journal_id,
    revenue_event_count,
    units,
    line_amount_minor
  from tantieme.statement_lines
),
placed as (
  select
    *,
    period || '/' || creator_id || '/' || currency as balance_key,
    period || '/' || creator_id || '/' || currency || '/' || line_id as line_key
  from keyed
)
select period, creator_id, currency, line_kind, license_type, earned_period, line_id, usage_journal_id, revenue_event_count, units, line_amount_minor
from placed
where fn.is_in_list(line_id, $1)
  or coalesce(fn.is_in_list(usage_journal_id, $1), false)
  or fn.is_in_list(line_key, $2)
  or fn.is_in_list(balance_key, $3)
order by period, creator_id, currency, line_id;

-- recorded_balances_of: The balances that recorded payouts with given ids are a part of, also where no batch has them.
select distinct payout_period as period, creator_id, currency
from tantieme.stg_rudder__payouts
where fn.is_in_list(payout_id, $1)
order by period, creator_id, currency;

-- bank_payouts_of: The payouts of connected accounts to their banks with given ids, and those that given transfers went into, each with the transfer.
-- Stripe says what an automatic payout carried once it has attributed it (`is_attributed`). What came back from the bank is a balance transaction too, and
-- its transfers go out again with the payout that carried it. Of other payouts it is inferred: a transfer goes into those of its account from then on, up
-- to the first one that stood. The currency is that of the transfer, unless the account is never paid out in it.
with recursive moved as (
  select distinct id_stripe, destination_account_id_stripe as account_id_stripe, amount_minor, currency, created_at
  from stripe.transfers
),
mentioned as (
  select account_id_stripe
  from stripe.connected_payouts
  where fn.is_in_list(id_stripe, $1)
  union distinct
  select account_id_stripe
  from moved
  where fn.is_in_list(id_stripe, $1)
),
carried as (
  select transactions.account_id_stripe, transactions.payout_id_stripe, transactions.balance_transaction_id_stripe, transactions.transfer_id_stripe
  from stripe.payout_transactions as transactions
  join mentioned on mentioned.account_id_stripe = transactions.account_id_stripe
),
attributed as (
  select distinct account_id_stripe, payout_id_stripe
  from carried
),
came_back as (
  select distinct returned.account_id_stripe, returned.id_stripe, carried.payout_id_stripe as next_id_stripe
  from stripe.connected_payouts as returned
  join carried
    on carried.account_id_stripe = returned.account_id_stripe
    and carried.balance_transaction_id_stripe = returned.failure_balance_transaction_id_stripe
  where returned.id_stripe <> carried.payout_id_stripe
),
followed as (
  select account_id_stripe, payout_id_stripe as id_stripe, transfer_id_stripe, 0 as returns
  from carried
  where transfer_id_stripe is not null
  union all
  select followed.account_id_stripe, came_back.next_id_stripe as id_stripe, followed.transfer_id_stripe, followed.returns + 1 as returns
  from followed
  join came_back on came_back.account_id_stripe = followed.account_id_stripe and came_back.id_stripe = followed.id_stripe
  where followed.returns < 100
),
paid_out as (
  select
    payouts.account_id_stripe,
    payouts.id_stripe,
    payouts.creator_id,
    payouts.amount_minor,
    payouts.currency,
    payouts.bank_result,
    payouts.failure_code,
    payouts.created_at,
    payouts.arrives_at,
    attributed.payout_id_stripe is not null as is_attributed,
    coalesce(
      max(case when attributed.payout_id_stripe is null and payouts.bank_result in ('paid', 'in_progress') then payouts.created_at end) over (
        partition by payouts.account_id_stripe, payouts.currency
        order by payouts.created_at, payouts.id_stripe
        rows between unbounded preceding and 1 preceding
      ),
      timestamp '1970-01-01 00:00:00+00'
    ) as follows_at
  from tantieme.connected_payouts as payouts
  join mentioned on mentioned.account_id_stripe = payouts.account_id_stripe
  left join attributed
    on attributed.account_id_stripe = payouts.account_id_stripe and attributed.payout_id_stripe = payouts.id_stripe
),
currencies as (
  select distinct account_id_stripe, currency
  from paid_out
),
stood as (
  select distinct followed.account_id_stripe, followed.transfer_id_stripe
  from followed
  join paid_out on paid_out.account_id_stripe = followed.account_id_stripe and paid_out.id_stripe = followed.id_stripe
  where paid_out.bank_result in ('paid', 'in_progress')
),
received as (
  select moved.id_stripe, moved.account_id_stripe, moved.created_at, currencies.currency
  from moved
  join mentioned on mentioned.account_id_stripe = moved.account_id_stripe
  left join currencies on currencies.account_id_stripe = moved.account_id_stripe and currencies.currency = moved.currency
  left join stood on stood.account_id_stripe = moved.account_id_stripe and stood.transfer_id_stripe = moved.id_stripe
  where stood.transfer_id_stripe is null
),
went_into as (
  select account_id_stripe, id_stripe, transfer_id_stripe
  from followed
  union distinct
  select paid_out.account_id_stripe, paid_out.id_stripe, received.id_stripe as transfer_id_stripe
  from paid_out
  join received on received.account_id_stripe = paid_out.account_id_stripe
  where coalesce(received.currency, paid_out.currency) = paid_out.currency
    and received.created_at > paid_out.follows_at
    and received.created_at <= paid_out.created_at
    and paid_out.bank_result <> 'reversal'
    and paid_out.amount_minor > 0
    and not paid_out.is_attributed
),
pairs as (
  select paid_out.*, went_into.transfer_id_stripe
  from paid_out
  left join went_into
    on went_into.account_id_stripe = paid_out.account_id_stripe and went_into.id_stripe = paid_out.id_stripe
)
select account_id_stripe, id_stripe, creator_id, transfer_id_stripe, is_attributed, amount_minor, currency, bank_result, failure_code, created_at, arrives_at
from pairs
where fn.is_in_list(id_stripe, $1) or coalesce(fn.is_in_list(transfer_id_stripe, $1), false)
order by created_at, account_id_stripe, id_stripe, transfer_id_stripe;

-- objects_of: Stripe's objects with given ids, or of given charges.
select object_kind, id_stripe, flow_id, amount_minor, currency, status_stripe, charge_id_stripe, account_id_stripe
from tantieme.int_stripe_objects
where fn.is_in_list(id_stripe, $1) or fn.is_in_list(flow_id, $1)
order by object_kind, id_stripe;

-- transactions_of: Stripe's balance transactions with given ids, of given objects, or carried by given payouts of the platform, with what they mean and the automatic payout of the platform that carried them, where Stripe has said it.
with carried as (
  select balance_transaction_id_stripe, min(payout_id_stripe) as payout_id_stripe
  from stripe.payout_transactions
  where account_id_stripe = ''
  group by balance_transaction_id_stripe
)
select id_stripe, flow_id, flow_kind, cash_movement, reporting_category, movement_class, balance_type, settled_currency, settled_minor, fee_minor, net_minor, account, description_stripe, carried.payout_id_stripe, created_at, available_at
from tantieme.int_stripe_movements
left join carried on carried.balance_transaction_id_stripe = id_stripe
where fn.is_in_list(id_stripe, $1) or fn.is_in_list(flow_id, $1) or coalesce(fn.is_in_list(carried.payout_id_stripe, $1), false)
order by created_at, id_stripe;

-- breaks_of: The breaks of things with given ids, of every period as last compared.
select *
from tantieme.breaks
where fn.is_in_list(flow_id, $1) or fn.is_in_list(break_id, $1)
order by period, break_id;
