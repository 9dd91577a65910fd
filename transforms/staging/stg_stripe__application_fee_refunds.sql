-- One row per refund of an application fee at Stripe, as last pulled.
with latest as (
  select *
  from stripe.application_fee_refunds
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  application_fee_id_stripe,
  amount_minor,
  currency,
  balance_transaction_id_stripe,
  created_at
from latest
