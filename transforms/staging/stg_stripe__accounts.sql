-- One row per connected account at Stripe, as last pulled; a deleted one has only its id.
with latest as (
  select *
  from stripe.accounts
  where id_stripe is not null
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
)
select
  id_stripe,
  country,
  transfers_status,
  is_payable,
  is_submitted,
  disabled_reason,
  currently_due,
  past_due,
  pending_verification,
  requirements_due_at,
  named_creator_id,
  is_deleted
from latest
