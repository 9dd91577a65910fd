-- One row per closed period: its cutoff, its seal, and how long it took to close.
select
  closes.period,
  closes.cutoff_at,
  closes.posting_count,
  closes.seal,
  fn.day_number(closes.cutoff_at) - fn.day_number(months.period_ends_at) as days_to_close_count
from ledger.closes as closes
join seeds.periods as months on months.period = closes.period
