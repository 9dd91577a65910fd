-- reconciliations: The results of comparing the movements of a period with Stripe, as last built.
select *
from tantieme.reconciliations
where period = $1
order by currency, flow_kind, match_status, coalesce(settled_currency, '');

-- bridge: The bridge from the opening to the closing balance of a period, for each balance at Stripe and currency, line by line.
select *
from tantieme.stripe_bridge
where period = $1
order by
  case when balance_type = 'payments' then '' else balance_type end,
  currency,
  case bridge_line when 'opening' then 1 when 'activity' then 2 when 'payouts' then 3 when 'closing' then 4 when 'retrieved' then 5 when 'residual' then 6 else 7 end,
  bridge_category;

-- last_payout_sent: The time at which the last payout of a period was sent.
select max(occurred_at) as sent_at
from tantieme.stg_rudder__payouts
where payout_period = $1;

-- pulled_windows: The windows pulled so far of each kind of Stripe record.
select record_kind, pulled_from_at, pulled_until_at
from stripe.pulls;
