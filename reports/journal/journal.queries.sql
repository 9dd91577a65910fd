-- postings: Every posting of a period, in a stable order.
select journal_id, period, journal_on, journal_kind, source_reference, account, account_owner_id, currency, posting_amount
from ledger.postings
where period = $1
order by journal_on, journal_id, account, account_owner_id, currency;

-- day_sums: What each kind of journal entry has moved each account by on each day of a period.
select
  postings.journal_on,
  postings.journal_kind,
  postings.currency,
  postings.account,
  sum(postings.posting_amount) as posting_amount,
  count(*) as posting_count
from ledger.postings as postings
where postings.period = $1
group by postings.journal_on, postings.journal_kind, postings.currency, postings.account
order by postings.journal_on, postings.journal_kind, postings.currency, postings.account;

-- balances_of_accounts: The balance of each account before a period and at its end, over all owners.
select
  account,
  currency,
  sum(case when period < $1 then posting_amount else 0 end) as opening_amount,
  sum(posting_amount) as closing_amount
from ledger.postings
where period <= $1
group by account, currency
order by account, currency;

-- out_of_balance: The journal entries of a period that do not sum to zero in a currency.
select postings.journal_id, postings.currency, sum(postings.posting_amount) as posting_amount
from ledger.postings as postings
where postings.period = $1
group by postings.journal_id, postings.currency
having sum(postings.posting_amount) <> 0
order by postings.journal_id, postings.currency
limit 10;
