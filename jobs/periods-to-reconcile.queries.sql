-- months_with_money: The months in which services have reported money, and those since the first of them in which Stripe has moved some.
with first_reported as (
  select min(period) as first_period
  from tantieme.int_period_assignments
)
select distinct period
from tantieme.int_period_assignments
where period is not null
union distinct
select distinct fn.month_of(transactions.created_at) as period
from tantieme.stg_stripe__balance_transactions as transactions
cross join first_reported
where fn.month_of(transactions.created_at) >= first_reported.first_period;

-- last_payouts: The periods that payouts have paid, and when the last payout of each was recorded.
select payout_period as period, max(recorded_at) as recorded_at
from tantieme.stg_rudder__payouts
where payout_period is not null
group by payout_period;
