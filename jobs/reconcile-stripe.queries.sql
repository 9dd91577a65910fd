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
