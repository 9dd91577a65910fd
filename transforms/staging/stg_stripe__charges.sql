-- One row per charge at Stripe, as last pulled.
with latest as (
  select *
  from stripe.charges
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  amount_minor,
  captured_minor,
  refunded_minor,
  currency,
  status_stripe,
  paying_account_id_stripe,
  balance_transaction_id_stripe,
  failure_balance_transaction_id_stripe,
  made_transfer_id_stripe,
  application_fee_id_stripe,
  application_fee_minor,
  created_at
from latest
