-- closing_balance_adds_up: The opening balance, earnings, refunds, adjustments, tax withheld, payouts and their reversals add up to the closing balance.
select period, creator_id, currency
from tantieme.balances
where period = $period and opening_minor + earnings_minor - refunds_minor + adjustments_minor - withheld_minor - payouts_minor + payout_reversals_minor <> closing_minor;

-- statement_equals_postings: The change of a creator's balance equals the ledger's postings to the creator's account.
with posted as (
  select account_owner_id, currency, sum(posting_amount) as amount
  from tantieme.postings
  where period = $period and account = 'creators_payable'
  group by account_owner_id, currency
)
select balances.period, balances.creator_id, balances.currency
from tantieme.balances as balances
join seeds.currencies as currencies on currencies.currency = balances.currency
left join posted on posted.account_owner_id = balances.creator_id and posted.currency = balances.currency
where balances.period = $period
  and fn.minor_amount(balances.closing_minor - balances.opening_minor, currencies.minor_per_unit) <> -coalesce(posted.amount, 0);
