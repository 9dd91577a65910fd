-- One row per period, currency, kind of movement and match status: how many movements there are, and their sums.
select
  period,
  currency,
  flow_kind,
  match_status,
  cast(count(*) as int64) as flow_count,
  cast(sum(coalesce(ledger_minor, 0)) as int64) as ledger_minor,
  cast(sum(coalesce(stripe_minor, 0)) as int64) as stripe_minor
from steps.int_matches
group by period, currency, flow_kind, match_status
