-- balances_by_account: What stands on each account of the ledger in the name of a creator at the end of a period; debits are positive.
select account, currency, sum(posting_amount) as balance_amount, cast(count(*) as int64) as posting_count
from tantieme.postings
where account_owner_id = $1 and period <= $2
group by account, currency
order by account, currency;

-- payout_accounts_reported: The payout accounts that were reported of a creator, the newest first.
select account_id_stripe, min(loaded_at) as first_reported_at
from raw.creator_payout_account_updated
where creator_id = $1 and account_id_stripe is not null
group by account_id_stripe
order by first_reported_at desc, account_id_stripe;
