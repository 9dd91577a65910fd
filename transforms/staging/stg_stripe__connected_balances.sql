-- One row per connected account and currency: its balance at Stripe, since it last changed.
with latest as (
  select *
  from stripe.connected_balances
  where account_id_stripe is not null
  qualify row_number() over (partition by account_id_stripe, currency order by pulled_at desc) = 1
)
select
  account_id_stripe,
  currency,
  available_minor,
  pending_minor,
  pulled_at
from latest
