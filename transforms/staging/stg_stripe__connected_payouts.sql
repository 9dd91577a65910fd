-- One row per payout of a connected account to its bank, as last pulled, whether it ever was paid, and when it was first
-- recorded that it failed, was canceled or was taken back.
with ends as (
  select
    account_id_stripe,
    id_stripe,
    max(case when status_stripe = 'paid' then 1 else 0 end) = 1 as was_paid,
    min(case when status_stripe in ('failed', 'canceled') or reversed_by_id_stripe is not null then recorded_at end) as came_back_recorded_at
  from stripe.connected_payouts
  group by account_id_stripe, id_stripe
),
latest as (
  select *
  from stripe.connected_payouts
  where id_stripe is not null
  qualify row_number() over (partition by account_id_stripe, id_stripe order by pulled_at desc) = 1
)
select
  latest.account_id_stripe,
  latest.id_stripe,
  latest.amount_minor,
  latest.currency,
  latest.status_stripe,
  latest.payout_method,
  latest.is_automatic,
  latest.arrives_at,
  latest.failure_code,
  latest.reversed_by_id_stripe,
  latest.original_payout_id_stripe,
  ends.was_paid,
  ends.came_back_recorded_at,
  latest.created_at
from latest
join ends on ends.account_id_stripe = latest.account_id_stripe and ends.id_stripe = latest.id_stripe
