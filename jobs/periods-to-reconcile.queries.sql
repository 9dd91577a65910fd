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

-- last_recorded: The months that something belongs to which their comparison judges, and when the last of it was recorded: payouts of the
-- period; balance transactions, payouts to the bank and top-ups that Stripe created in the month; and what these payouts carried.
with recorded as (
  select payout_period as period, recorded_at
  from tantieme.stg_rudder__payouts
  where payout_period is not null
  union all
  select fn.month_of(created_at) as period, recorded_at
  from stripe.balance_transactions
  union all
  select fn.month_of(created_at) as period, recorded_at
  from stripe.payouts
  union all
  select fn.month_of(created_at) as period, recorded_at
  from stripe.topups
  union all
  select fn.month_of(payouts.created_at) as period, carried.recorded_at
  from stripe.payout_transactions as carried
  join tantieme.stg_stripe__payouts as payouts on payouts.id_stripe = carried.payout_id_stripe
  where carried.account_id_stripe = ''
)
select period, max(recorded_at) as recorded_at
from recorded
group by period;
