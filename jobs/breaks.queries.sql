-- creators_of_breaks: The creators whom each break of a period is about.
select break_id, creator_id
from tantieme.break_creators
where period = $1
order by break_id, creator_id;

-- breaks_up_to: The breaks of a period and of those before it that are about creators, one row for each of them.
select breaks.*, creators.creator_id
from tantieme.breaks as breaks
join tantieme.break_creators as creators on creators.period = breaks.period and creators.break_id = breaks.break_id
where breaks.period <= $1
order by breaks.period, breaks.break_id, creators.creator_id;

-- unknown_kinds: What Stripe calls the kind of each balance transaction of a period that is a break because its kind is not known.
select breaks.break_id, transactions.reporting_category, transactions.balance_transaction_type, transactions.balance_type
from tantieme.breaks as breaks
join tantieme.stg_stripe__balance_transactions as transactions on 'transaction:' || transactions.id_stripe = breaks.break_id
where breaks.period = $1 and breaks.break_class = 'unclassified'
order by breaks.break_id;

-- unbooked_movements: Of a closed period, what makes the account of each balance at Stripe differ from its balance transactions: those that the books did not have by then, had with another amount, or have though Stripe's records do not. Those of before the books are one, as they are booked. The first five of each balance, with their number.
with books as (
  select min(period) as first_period
  from ledger.closes
),
booked as (
  select
    case when postings.journal_kind = 'opening' then 'opening:' || balances.balance_type else postings.journal_id end as journal_id,
    balances.balance_type,
    postings.currency,
    fn.minor_floor(sum(postings.posting_amount), max(currencies.minor_per_unit)) as booked_minor
  from ledger.postings as postings
  join seeds.stripe_balance_types as balances on balances.balance_account = postings.account
  join seeds.currencies as currencies on currencies.currency = postings.currency
  where postings.period <= $1
  group by case when postings.journal_kind = 'opening' then 'opening:' || balances.balance_type else postings.journal_id end, balances.balance_type, postings.currency
),
moved as (
  select transactions.*, fn.month_of(transactions.created_at) < books.first_period as is_before_books
  from tantieme.stg_stripe__balance_transactions as transactions
  cross join books
  where transactions.created_at < $2
),
at_stripe as (
  select 'stripe:' || id_stripe as journal_id, balance_type, currency, reporting_category, source_id_stripe, net_minor, created_at
  from moved
  where not is_before_books
  union all
  select
    'opening:' || balance_type as journal_id,
    balance_type,
    currency,
    cast(null as string) as reporting_category,
    cast(null as string) as source_id_stripe,
    cast(sum(net_minor) as int64) as net_minor,
    max(case when not is_before_books then created_at end) as created_at
  from moved
  where is_before_books
  group by balance_type, currency
),
differing as (
  select
    coalesce(at_stripe.journal_id, booked.journal_id) as journal_id,
    coalesce(at_stripe.balance_type, booked.balance_type) as balance_type,
    coalesce(at_stripe.currency, booked.currency) as currency,
    at_stripe.reporting_category,
    at_stripe.source_id_stripe,
    at_stripe.net_minor,
    booked.booked_minor,
    at_stripe.created_at
  from at_stripe
  full join booked
    on booked.journal_id = at_stripe.journal_id and booked.balance_type = at_stripe.balance_type and booked.currency = at_stripe.currency
  where coalesce(at_stripe.net_minor, 0) <> coalesce(booked.booked_minor, 0)
)
select *, count(*) over (partition by balance_type, currency) as movement_count
from differing
where true
qualify row_number() over (partition by balance_type, currency order by coalesce(created_at, timestamp '1970-01-01 00:00:00+00'), journal_id) <= 5
order by balance_type, currency, coalesce(created_at, timestamp '1970-01-01 00:00:00+00'), journal_id;
