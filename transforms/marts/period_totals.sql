-- One row per period and currency: what buyers paid for sales and uses, and where all of it went. What invoices round, and what of Stripe's is in
-- suspense, is no part of it.
with moved as (
  select currency, amount_after - amount_before as amount, case when movement_kind = 'earning' then 0 else amount_before - amount_after end as refunds_amount
  from steps.int_movements
  where revenue_event_kind = 'sale' or correction_id is not null
  union all
  select currency, amount, 0 as refunds_amount
  from steps.int_usage_by_developer
  union all
  select currency, suspended_amount as amount, case when fact_kind in ('refund', 'outcome') then -suspended_amount else 0 end as refunds_amount
  from tantieme.suspended_facts
  where period = $period and fact_kind not in ('payout', 'payout_reversal') and suspended_amount is not null
  union all
  select currency, -suspended_amount as amount, case when fact_kind in ('refund', 'outcome') then suspended_amount else 0 end as refunds_amount
  from tantieme.suspended_facts
  where period = $previous_period and fact_kind not in ('payout', 'payout_reversal') and suspended_amount is not null
),
paid as (
  select currency, sum(amount) as buyers_net_amount, sum(refunds_amount) as refunds_amount
  from moved
  group by currency
),
credited as (
  select lines.currency, sum(fn.minor_amount(lines.line_amount_minor, currencies.minor_per_unit)) as creators_amount
  from tantieme.statement_lines as lines
  join seeds.currencies as currencies on currencies.currency = lines.currency
  where lines.period = $period
  group by lines.currency
),
posted as (
  select
    currency,
    -sum(case when account = 'platform_revenue' and journal_kind <> 'invoice' then posting_amount else 0 end) as platform_fee_amount,
    -sum(case when account = 'rounding_carried' then posting_amount else 0 end) as rounding_amount,
    -sum(case when account = 'suspense' and account_owner_id not in ('payout', 'payout_reversal', 'stripe') then posting_amount else 0 end) as suspense_amount
  from tantieme.postings
  where period = $period
  group by currency
),
totals as (
  select
    paid.currency,
    paid.buyers_net_amount,
    paid.refunds_amount,
    coalesce(credited.creators_amount, 0) as creators_amount,
    coalesce(posted.platform_fee_amount, 0) as platform_fee_amount,
    coalesce(posted.rounding_amount, 0) as rounding_amount,
    coalesce(posted.suspense_amount, 0) as suspense_amount
  from paid
  left join credited on credited.currency = paid.currency
  left join posted on posted.currency = paid.currency
)
select
  $period as period,
  currency,
  buyers_net_amount,
  creators_amount,
  platform_fee_amount,
  refunds_amount,
  rounding_amount,
  suspense_amount,
  buyers_net_amount - creators_amount - platform_fee_amount - rounding_amount - suspense_amount as residual_amount
from totals
