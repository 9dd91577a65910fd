-- One row per dispute at Stripe, as last pulled.
with latest as (
  select *
  from stripe.disputes
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  charge_id_stripe,
  amount_minor,
  currency,
  status_stripe,
  created_at
from latest
