-- last_payout_sent: The time at which the last payout of a period was sent.
select max(occurred_at) as sent_at
from tantieme.stg_rudder__payouts
where payout_period = $1;

-- pulled_windows: The windows pulled so far of each kind of Stripe record.
select record_kind, pulled_from_at, pulled_until_at
from stripe.pulls;

-- occurred_since: The movements in our books that services have reported for the time from an instant on, and no part of them for before.
with reported as (
  select 'charge' as cash_movement, coalesce(charge_id_stripe, sale_id) as flow_id, occurred_at
  from tantieme.stg_rudder__sales
  union all
  select 'charge' as cash_movement, coalesce(charge_id_stripe, invoice_id) as flow_id, occurred_at
  from tantieme.stg_rudder__usage_invoices
  union all
  select 'refund' as cash_movement, refund_id_stripe as flow_id, occurred_at
  from tantieme.stg_rudder__refunds
  union all
  select 'dispute' as cash_movement, dispute_id_stripe as flow_id, occurred_at
  from tantieme.stg_rudder__disputes
  union all
  select 'dispute_reversal' as cash_movement, disputes.dispute_id_stripe as flow_id, outcomes.occurred_at
  from tantieme.stg_rudder__dispute_outcomes as outcomes
  join tantieme.stg_rudder__disputes as disputes on disputes.dispute_id = outcomes.dispute_id
)
select cash_movement, flow_id
from reported
group by cash_movement, flow_id
having min(occurred_at) >= $1;

-- unread_balances: The currencies of the payments balance that moved in a period and whose balance was not read from an instant on, or only
-- after the period was last compared; with the closing balance, and in how many currencies it was read from then on.
with moved as (
  select
    currency,
    max(case when bridge_line = 'closing' then net_minor end) as closing_minor,
    max(case when bridge_line = 'retrieved' then 1 else 0 end) as has_retrieval
  from tantieme.stripe_bridge
  where period = $1 and balance_type = 'payments'
  group by currency
  having max(case when bridge_line in ('activity', 'payouts') then 1 else 0 end) = 1
),
read_since as (
  select distinct currency
  from stripe.balances
  where balance_type = 'payments' and pulled_at >= $2
),
counted as (
  select count(*) as read_count
  from read_since
)
select moved.currency, moved.closing_minor, counted.read_count
from moved
cross join counted
left join read_since on read_since.currency = moved.currency
where read_since.currency is null or moved.has_retrieval = 0
order by moved.currency;
