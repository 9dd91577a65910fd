-- One row per balance transaction of the platform at Stripe, as last pulled.
with latest as (
  select *
  from stripe.balance_transactions
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  source_id_stripe,
  reporting_category,
  balance_transaction_type,
  balance_type,
  amount_minor,
  fee_minor,
  fee_tax_minor,
  net_minor,
  currency,
  status_stripe,
  available_at,
  description_stripe,
  created_at
from latest
