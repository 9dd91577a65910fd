-- One row per break of a period: a movement in which our books and Stripe differ, a balance transaction that needs a look, or a balance at Stripe
-- that its balance transactions do not give, or that the books do not have.
with found as (
  select
    period,
    break_id,
    match_status as break_class,
    flow_id,
    flow_kind,
    cash_movement,
    currency,
    ledger_minor,
    stripe_minor,
    stripe_currency,
    settled_currency,
    settled_minor,
    fee_minor,
    stripe_period,
    account_id_stripe,
    description_stripe,
    created_at
  from steps.int_matches
  where match_status not in ('matched', 'own', 'in_progress')
  union all
  select
    residuals.period,
    'residual:' || residuals.balance_type || ':' || residuals.currency as break_id,
    'balance_differs' as break_class,
    residuals.balance_type as flow_id,
    'other' as flow_kind,
    'other' as cash_movement,
    residuals.currency,
    closings.net_minor as ledger_minor,
    closings.net_minor + residuals.net_minor as stripe_minor,
    residuals.currency as stripe_currency,
    residuals.currency as settled_currency,
    residuals.net_minor as settled_minor,
    null as fee_minor,
    residuals.period as stripe_period,
    cast(null as string) as account_id_stripe,
    cast(null as string) as description_stripe,
    null as created_at
  from tantieme.stripe_bridge as residuals
  join tantieme.stripe_bridge as closings
    on closings.period = residuals.period
    and closings.balance_type = residuals.balance_type
    and closings.currency = residuals.currency
    and closings.bridge_line = 'closing'
  where residuals.period = $period and residuals.bridge_line = 'residual' and residuals.net_minor <> 0
  union all
  select
    books.period,
    'books:' || books.balance_type || ':' || books.currency as break_id,
    'books_differ' as break_class,
    books.balance_type as flow_id,
    'other' as flow_kind,
    'other' as cash_movement,
    books.currency,
    books.net_minor as ledger_minor,
    closings.net_minor as stripe_minor,
    books.currency as stripe_currency,
    books.currency as settled_currency,
    closings.net_minor - books.net_minor as settled_minor,
    null as fee_minor,
    books.period as stripe_period,
    cast(null as string) as account_id_stripe,
    cast(null as string) as description_stripe,
    null as created_at
  from tantieme.stripe_bridge as books
  join tantieme.stripe_bridge as closings
    on closings.period = books.period
    and closings.balance_type = books.balance_type
    and closings.currency = books.currency
    and closings.bridge_line = 'closing'
  where books.period = $period and books.bridge_line = 'booked' and books.net_minor <> closings.net_minor
)
select *
from found
