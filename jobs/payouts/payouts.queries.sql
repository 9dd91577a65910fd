-- payouts_in_ledger: The ids of all payouts that are recorded, which the next closing books.
select payout_id
from tantieme.stg_rudder__payouts;

-- balances_to_pay: The balances of a closed period, with the current state of the creators' identity checks and payout accounts, and
-- how many payouts of this or an earlier balance were recorded since the closing: the balance does not contain them. Read from staging,
-- because the mart has only what the last build knew.
with paid_since as (
  select payouts.creator_id, payouts.currency, count(*) as payout_count
  from tantieme.stg_rudder__payouts as payouts
  join ledger.closes as closes on closes.period = $1
  where payouts.payout_period <= $1 and payouts.recorded_at >= closes.cutoff_at
  group by payouts.creator_id, payouts.currency
)
select
  balances.*,
  coalesce(paid_since.payout_count, 0) as paid_since_count,
  kyc.kyc_status,
  accounts.account_id_stripe as account_now,
  accounts.account_status
from tantieme.balances as balances
left join paid_since on paid_since.creator_id = balances.creator_id and paid_since.currency = balances.currency
left join tantieme.stg_rudder__creator_kyc as kyc on kyc.creator_id = balances.creator_id
left join tantieme.stg_rudder__payout_accounts as accounts on accounts.creator_id = balances.creator_id
where balances.period = $1
order by balances.creator_id, balances.currency;
