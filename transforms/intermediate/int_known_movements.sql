-- One row per balance transaction at Stripe, as a table of this build with what the comparison reads of it, several times.
select
  id_stripe,
  flow_id,
  flow_kind,
  cash_movement,
  movement_class,
  link_status,
  reporting_category,
  balance_type,
  expected_sign,
  stripe_period,
  settled_currency,
  settled_minor,
  fee_minor,
  own_currency,
  own_minor,
  account_id_stripe,
  description_stripe,
  created_at,
  is_direct
from tantieme.int_stripe_movements
