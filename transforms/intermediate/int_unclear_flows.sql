-- One row per thing that our books or Stripe have of which the comparison is not clear at once. It is clear where our books have one movement and
-- Stripe one direct movement, with the same amount, currency and account, in the same month, and with a fee within its limit: these match. The
-- fee is compared with its limit in whole numbers, which are exact below the bound; above it, the flow is not clear.
with direct as (
  select
    known.flow_id,
    known.flow_kind,
    known.cash_movement,
    known.stripe_period,
    known.own_currency,
    known.own_minor,
    coalesce(known.account_id_stripe, '') as account_id_stripe,
    limits.most_fixed_minor is null
      or known.fee_minor <= limits.most_fixed_minor
      or (
        known.settled_minor > -100000000000
        and known.settled_minor < 100000000000
        and known.fee_minor < 100000000000
        and (known.fee_minor - limits.most_fixed_minor) * 10000 <= case when known.settled_minor < 0 then -known.settled_minor else known.settled_minor end * limits.most_fee_bps
      ) as is_fee_clear
  from steps.int_known_movements as known
  left join seeds.stripe_fee_limits as limits on limits.cash_movement = known.cash_movement and limits.currency = known.settled_currency
  where known.is_direct
),
compared as (
  select
    coalesce(ours.flow_id, direct.flow_id) as flow_id,
    coalesce(
      ours.ledger_minor = direct.own_minor
        and ours.currency = direct.own_currency
        and ours.is_one_currency
        and ours.ledger_period = direct.stripe_period
        and ours.flow_kind = direct.flow_kind
        and ours.account_id_stripe = direct.account_id_stripe
        and (ours.flow_count = 1 or ours.flow_kind <> 'transfer')
        and direct.is_fee_clear,
      false
    ) as is_clear
  from steps.int_ledger_movements as ours
  full join direct on direct.flow_id = ours.flow_id and direct.cash_movement = ours.cash_movement
)
select flow_id
from compared
where not is_clear
union distinct
select flow_id
from steps.int_known_movements
where not is_direct
