-- One row per payout of a connected account to its bank, as last pulled.
with latest as (
  select *
  from stripe.connected_payouts
  where id_stripe is not null
  qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
)
select
  account_id_stripe,
  id_stripe,
  amount_minor,
  currency,
  status_stripe,
  payout_method,
  is_automatic,
  arrives_at,
  failure_code,
  created_at
from latest
