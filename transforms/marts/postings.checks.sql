-- journal_sums_to_zero: Every journal entry sums to zero per currency.
select postings.period, postings.journal_id, postings.currency, sum(postings.posting_amount) as posting_amount
from tantieme.postings as postings
where postings.period = $period
group by postings.period, postings.journal_id, postings.currency
having sum(postings.posting_amount) <> 0;

-- clearing_ends_at_zero: The clearing account of metered use ends the period at zero in every currency.
select postings.period, postings.currency, sum(postings.posting_amount) as posting_amount
from tantieme.postings as postings
where postings.period = $period and postings.account = 'usage_clearing'
group by postings.period, postings.currency
having sum(postings.posting_amount) <> 0;

-- balances_as_at_stripe: Each balance at Stripe moves by the net amounts of the balance transactions that are of the period or recorded late.
-- So the account is the sum of all that was created before the end of the period and was known when it was closed.
with recorded as (
  select id_stripe, max(balance_type) as balance_type, max(currency) as currency, max(net_minor) as net_minor
  from stripe.balance_transactions
  where created_at < $ends_at and (created_at >= $starts_at or recorded_at >= $late_from_at)
  group by id_stripe
),
booked_before as (
  select distinct earlier.id_stripe
  from stripe.balance_transactions as earlier
  join recorded on recorded.id_stripe = earlier.id_stripe
  where earlier.created_at < $starts_at and earlier.recorded_at < $late_from_at
),
moved as (
  select
    coalesce(balances.balance_account, 'stripe_other_balance') as account,
    recorded.currency,
    fn.minor_amount(recorded.net_minor, currencies.minor_per_unit) as amount
  from recorded
  join seeds.currencies as currencies on currencies.currency = recorded.currency
  left join seeds.stripe_balance_types as balances on balances.balance_type = recorded.balance_type
  left join booked_before on booked_before.id_stripe = recorded.id_stripe
  where booked_before.id_stripe is null
  union all
  select account, currency, -posting_amount as amount
  from tantieme.postings
  where period = $period
    and account in ('stripe_balance', 'stripe_issuing_balance', 'stripe_prefunding_balance', 'stripe_reserved_balance', 'stripe_other_balance')
)
select account, currency, sum(amount) as difference_amount
from moved
group by account, currency
having sum(amount) <> 0;
