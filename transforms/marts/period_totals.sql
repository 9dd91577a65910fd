-- One row per period and currency: what buyers paid, and where all of it went.
with paid as (
  select
    period,
    currency,
    sum(amount_after - amount_before) as buyers_net_amount,
    sum(case when movement_kind = 'earning' then fn.to_numeric('0') else amount_before - amount_after end) as refunds_amount
  from tantieme.int_revenue_movements
  group by period, currency
),
credited as (
  select lines.period, lines.currency, sum(fn.minor_amount(lines.line_amount_minor, currencies.minor_per_unit)) as creators_amount
  from tantieme.statement_lines as lines
  join seeds.currencies as currencies on currencies.currency = lines.currency
  group by lines.period, lines.currency
),
posted as (
  select
    period,
    currency,
    -sum(case when account = 'platform_fees' then posting_amount else fn.to_numeric('0') end) as platform_fee_amount,
    -sum(case when account = 'rounding' then posting_amount else fn.to_numeric('0') end) as rounding_amount
  from tantieme.postings
  group by period, currency
)
select
  paid.period,
  paid.currency,
  paid.buyers_net_amount,
  coalesce(credited.creators_amount, fn.to_numeric('0')) as creators_amount,
  coalesce(posted.platform_fee_amount, fn.to_numeric('0')) as platform_fee_amount,
  paid.refunds_amount,
  coalesce(posted.rounding_amount, fn.to_numeric('0')) as rounding_amount,
  paid.buyers_net_amount
    - coalesce(credited.creators_amount, fn.to_numeric('0'))
    - coalesce(posted.platform_fee_amount, fn.to_numeric('0'))
    - coalesce(posted.rounding_amount, fn.to_numeric('0')) as residual_amount
from paid
left join credited on credited.period = paid.period and credited.currency = paid.currency
left join posted on posted.period = paid.period and posted.currency = paid.currency
