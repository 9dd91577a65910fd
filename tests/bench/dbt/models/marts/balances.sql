-- One row per creator and currency: opening balance, changes and closing balance, in minor units.
with movements as (
  select creator_id, currency, 'opening' as kind, closing_minor as minor
  from {{ source('ledger', 'balances') }}
  where period = '{{ var("previous_period") }}'
  union all
  select creator_id, currency, line_kind as kind, line_amount_minor as minor
  from {{ ref('statement_lines') }}
  union all
  select
    payouts.creator_id,
    payouts.currency,
    'payout' as kind,
    -{{ minor_floor('payouts.amount', 'currencies.minor_per_unit') }} as minor
  from {{ ref('stg_payouts') }} as payouts
  inner join {{ ref('currencies') }} as currencies on currencies.currency = payouts.currency
  where payouts.occurred_at >= timestamptz '{{ var("starts_at") }}'
    and payouts.occurred_at < timestamptz '{{ var("ends_at") }}'
)

select
  creator_id,
  currency,
  cast(coalesce(sum(minor) filter (where kind = 'opening'), 0) as bigint) as opening_minor,
  cast(coalesce(sum(minor) filter (where kind = 'earning'), 0) as bigint) as earnings_minor,
  cast(-coalesce(sum(minor) filter (where kind = 'refund'), 0) as bigint) as refunds_minor,
  cast(-coalesce(sum(minor) filter (where kind = 'payout'), 0) as bigint) as payouts_minor,
  cast(sum(minor) as bigint) as closing_minor
from movements
group by creator_id, currency
