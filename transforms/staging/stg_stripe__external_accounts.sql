-- One row per bank account or card to which a connected account pays out, as last pulled; without the deleted ones.
with latest as (
  select *
  from stripe.external_accounts
  where id_stripe is not null
  qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
)
select
  account_id_stripe,
  id_stripe,
  external_account_kind,
  currency,
  country_stripe,
  status_stripe,
  is_default
from latest
where not is_deleted
