-- payouts_to_bank: The payouts between the platform's balance and its bank that were created in a month, arrived in it, or were under way at its end.
select id_stripe, amount_minor, currency, status_stripe, created_at, arrives_at
from tantieme.stg_stripe__payouts
where created_at < $2 and (created_at >= $1 or arrives_at >= $1)
order by created_at, id_stripe;

-- report_differences: The lines of Stripe's own reports, as last imported, that are not what its balance transactions give.
select
  report_name,
  interval_from_on,
  interval_until_on,
  currency,
  bridge_line,
  bridge_category,
  reported_count,
  movement_count,
  count_difference,
  reported_net_minor,
  net_minor,
  gross_difference_minor,
  fee_difference_minor,
  net_difference_minor
from tantieme.stripe_report_differences
where net_difference_minor <> 0
  or coalesce(count_difference, 0) <> 0
  or coalesce(gross_difference_minor, 0) <> 0
  or coalesce(fee_difference_minor, 0) <> 0
order by report_name, interval_from_on, interval_until_on, currency, bridge_line, bridge_category;
