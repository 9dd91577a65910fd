-- One row per transfer to a connected account at Stripe, as last pulled.
with latest as (
  select *
  from stripe.transfers
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  amount_minor,
  reversed_minor,
  currency,
  destination_account_id_stripe,
  transfer_group,
  balance_transaction_id_stripe,
  created_at
from latest
