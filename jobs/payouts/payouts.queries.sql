-- payouts_in_ledger: The ids of all payouts in the ledger.
select payout_id
from tantieme.payouts;

-- balances_to_pay: The balances of a period, with the current state of the creators' identity checks and payout accounts.
select
  balances.*,
  kyc.kyc_status,
  accounts.account_id_stripe as account_now,
  accounts.account_status
from tantieme.balances as balances
left join tantieme.stg_rudder__creator_kyc as kyc on kyc.creator_id = balances.creator_id
left join tantieme.stg_rudder__payout_accounts as accounts on accounts.creator_id = balances.creator_id
where balances.period = $1
order by balances.creator_id, balances.currency;
