-- One row per balance transaction of the platform at Stripe, as last pulled.
with latest as (
  select *
  from stripe.balance_transactions
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select id_stripe, source_id_stripe, reporting_category, amount_minor, fee_minor, net_minor, currency, created_at
from latest
