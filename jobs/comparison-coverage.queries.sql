-- last_payout_sent: The time at which the last payout of a period was sent.
select max(occurred_at) as sent_at
from tantieme.stg_rudder__payouts
where payout_period = $1;

-- pulled_windows: The windows pulled so far of each kind of Stripe record.
select record_kind, pulled_from_at, pulled_until_at
from stripe.pulls;

-- occurred_since: The movements in our books that services have reported for the time from an instant on, and no part of them for before.
select 'charge' as cash_movement, coalesce(charge_id_stripe, sale_id) as flow_id
from tantieme.stg_rudder__sales
group by coalesce(charge_id_stripe, sale_id)
having min(occurred_at) >= $1
union distinct
select 'charge' as cash_movement, coalesce(charge_id_stripe, invoice_id) as flow_id
from tantieme.stg_rudder__usage_invoices
group by coalesce(charge_id_stripe, invoice_id)
having min(occurred_at) >= $1
union distinct
select 'refund' as cash_movement, refund_id_stripe as flow_id
from tantieme.stg_rudder__refunds
group by refund_id_stripe
having min(occurred_at) >= $1
union distinct
select 'dispute' as cash_movement, dispute_id_stripe as flow_id
from tantieme.stg_rudder__disputes
group by dispute_id_stripe
having min(occurred_at) >= $1
union distinct
select 'dispute_reversal' as cash_movement, disputes.dispute_id_stripe as flow_id
from tantieme.stg_rudder__dispute_outcomes as outcomes
join tantieme.stg_rudder__disputes as disputes on disputes.dispute_id = outcomes.dispute_id
group by disputes.dispute_id_stripe
having min(outcomes.occurred_at) >= $1;
