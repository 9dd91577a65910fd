-- One row per payout to the platform's bank at Stripe, as last pulled.
with latest as (
  select *
  from stripe.payouts
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  amount_minor,
  currency,
  status_stripe,
  arrives_at,
  balance_transaction_id_stripe,
  failure_balance_transaction_id_stripe,
  created_at
from latest
