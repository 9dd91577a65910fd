-- payouts_to_bank: The payouts between the platform's balance and its bank that were created in a month, arrived in it, or were in progress at its end.
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

-- payouts_that_came_back: The payouts of connected accounts to their banks that failed, were canceled or were taken back, by when it was recorded.
select account_id_stripe, id_stripe, creator_id, amount_minor, currency, bank_result, failure_code, created_at, came_back_recorded_at
from tantieme.connected_payouts
where came_back_recorded_at >= $1 and came_back_recorded_at < $2
order by came_back_recorded_at, account_id_stripe, id_stripe;

-- negative_balances: The balances of connected accounts that are negative, as last read: the platform is liable for them.
select account_id_stripe, creator_id, currency, available_minor, pending_minor, pulled_at
from tantieme.connected_balances
where available_minor < 0 or pending_minor < 0
order by account_id_stripe, currency;
