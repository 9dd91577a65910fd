-- One row per period, currency, kind of movement and match status: how many movements there are, and their sums. What Stripe has converted is in
-- a row of its own, with the currency and the sum in which it was settled. What Stripe has in another currency than our books counts as 0.
-- What is clear at once matches; the rest is compared one by one.
with matches as (
  select
    period,
    currency,
    flow_kind,
    match_status,
    case when settled_currency <> currency then settled_currency end as settled_currency,
    count(*) as flow_count,
    sum(coalesce(ledger_minor, 0)) as ledger_minor,
    sum(case when coalesce(stripe_currency, currency) = currency then coalesce(stripe_minor, 0) else 0 end) as stripe_minor,
    sum(case when settled_currency <> currency then settled_minor end) as settled_minor
  from steps.int_matches
  group by period, currency, flow_kind, match_status, case when settled_currency <> currency then settled_currency end
  union all
  select period, currency, flow_kind, 'matched' as match_status, settled_currency, flow_count, ledger_minor, ledger_minor as stripe_minor, settled_minor
  from steps.int_compared_flows
  where flow_id is null
)
select
  period,
  currency,
  flow_kind,
  match_status,
  settled_currency,
  cast(sum(flow_count) as int64) as flow_count,
  cast(sum(ledger_minor) as int64) as ledger_minor,
  cast(sum(stripe_minor) as int64) as stripe_minor,
  cast(sum(settled_minor) as int64) as settled_minor
from matches
group by period, currency, flow_kind, match_status, settled_currency
