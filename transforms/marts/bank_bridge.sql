-- One row per closed period and currency of which bank statements were read: what the last statement of each account ends with, what the books
-- have of these accounts, and what of that is in transit. What then remains is unexplained. A payout is in transit while it is booked and no statement
-- has it, or while a statement has it and the books only in a later period: it is booked when the bank's answer is read. So is one that came
-- back; what was never paid and is posted back cancels itself.
with closings as (
  select currency, statement_closing_amount as amount
  from tantieme.stg_rudder__bank_statements
  where occurred_at < $ends_at and statement_closing_amount is not null
  qualify row_number() over (partition by own_bank_account, currency order by fn.date_of(occurred_at) desc, recorded_at desc, occurred_at desc, bank_statement_id desc) = 1
),
known as (
  select currency, sum(amount) as amount
  from closings
  group by currency
),
closed as (
  select count(*) as close_count
  from ledger.closes
  where period = $period
),
booked as (
  select currency, sum(posting_amount) as amount
  from tantieme.postings
  where period >= fn.month_of($books_start_at) and period <= $period and account = 'bank_balance'
  group by currency
),
stated as (
  select distinct payout_id, bank_entry_kind
  from tantieme.stg_rudder__bank_entries
  where occurred_at < $ends_at and payout_id is not null and bank_entry_kind in ('payout', 'return')
),
booked_payouts as (
  select payout_id
  from tantieme.payouts
  where period <= $period
),
booked_returns as (
  select reversal_id_stripe
  from tantieme.payout_reversals
  where period <= $period
),
under_way as (
  select sent.currency, case when booked_payouts.payout_id is null then sent.amount else -sent.amount end as amount
  from tantieme.stg_rudder__payouts as sent
  left join booked_payouts on booked_payouts.payout_id = sent.payout_id
  left join stated on stated.payout_id = sent.payout_id and stated.bank_entry_kind = 'payout'
  where sent.payout_rail is not null and (booked_payouts.payout_id is null) <> (stated.payout_id is null)
  union all
  select returned.currency, case when booked_returns.reversal_id_stripe is null then -returned.amount else returned.amount end as amount
  from tantieme.stg_rudder__payout_reversals as returned
  left join booked_returns on booked_returns.reversal_id_stripe = returned.reversal_id_stripe
  left join stated on stated.payout_id = returned.payout_id and stated.bank_entry_kind = 'return'
  where returned.payout_rail is not null and (booked_returns.reversal_id_stripe is null) <> (stated.payout_id is null)
),
transit as (
  select currency, sum(amount) as amount
  from under_way
  group by currency
),
figures as (
  select
    known.currency,
    fn.minor_floor(known.amount, currencies.minor_per_unit) as statement_minor,
    fn.minor_floor(coalesce(booked.amount, 0), currencies.minor_per_unit) as booked_minor,
    fn.minor_floor(coalesce(transit.amount, 0), currencies.minor_per_unit) as in_transit_minor
  from known
  cross join closed
  join seeds.currencies as currencies on currencies.currency = known.currency
  left join booked on booked.currency = known.currency
  left join transit on transit.currency = known.currency
  where closed.close_count > 0
)
select
  $period as period,
  currency,
  statement_minor,
  booked_minor,
  in_transit_minor,
  statement_minor - (booked_minor - in_transit_minor) as residual_minor
from figures
