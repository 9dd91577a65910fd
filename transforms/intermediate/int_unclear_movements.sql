-- One row per balance transaction at Stripe of a flow that is not clear.
select
  known.id_stripe,
  known.flow_id,
  known.flow_kind,
  known.cash_movement,
  known.movement_class,
  known.link_status,
  known.reporting_category,
  known.balance_type,
  known.expected_sign,
  known.stripe_period,
  known.settled_currency,
  known.settled_minor,
  known.fee_minor,
  known.own_currency,
  known.own_minor,
  known.account_id_stripe,
  known.description_stripe,
  known.created_at,
  known.is_direct
from steps.int_known_movements as known
join steps.int_unclear_flows as unclear on unclear.flow_id = known.flow_id
