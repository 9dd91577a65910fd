-- reconciliations: The results of comparing the movements of a period with Stripe, as last built.
select *
from tantieme.reconciliations
where period = $1
order by currency, flow_kind, match_status;

-- break_count: The number of movements of a period that differ from Stripe's records.
select count(*) as breaks
from tantieme.breaks
where period = $1;

-- last_payout_sent: The time at which the last payout of a period was sent.
select max(occurred_at) as sent_at
from tantieme.stg_rudder__payouts
where payout_period = $1;

-- pulled_windows: The windows pulled so far of each kind of Stripe record.
select record_kind, pulled_from_at, pulled_until_at
from stripe.pulls;
