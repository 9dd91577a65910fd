-- reconciliations: How the movements of a period compare to Stripe, as last built.
select *
from tantieme.reconciliations
where period = $1
order by currency, flow_kind, match_status;

-- break_count: How many movements of a period do not agree with Stripe.
select count(*) as breaks
from tantieme.breaks
where period = $1;

-- last_payout_sent: When the last payout of a period was sent.
select max(occurred_at) as sent_at
from tantieme.payouts
where payout_period = $1;

-- pulled_windows: What has been read of each kind of Stripe's records.
select record_kind, pulled_from_at, pulled_until_at
from stripe.pulls;
