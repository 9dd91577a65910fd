-- One row per period, currency, kind of movement and match status: how many movements there are, and their sums. What Stripe has converted is in
-- a row of its own, with the currency and the sum in which it was settled. What Stripe has in another currency than our books counts as 0.
select
  period,
  currency,
  flow_kind,
  match_status,
  case when settled_currency <> currency then settled_currency end as settled_currency,
  cast(count(*) as int64) as flow_count,
  cast(sum(coalesce(ledger_minor, 0)) as int64) as ledger_minor,
  cast(sum(case when coalesce(stripe_currency, currency) = currency then coalesce(stripe_minor, 0) else 0 end) as int64) as stripe_minor,
  cast(sum(case when settled_currency <> currency then settled_minor end) as int64) as settled_minor
from steps.int_matches
group by period, currency, flow_kind, match_status, case when settled_currency <> currency then settled_currency end
