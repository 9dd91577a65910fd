-- latest_draft: The first and the last period from one on and before another that has a draft.
select min(period) as first_period, max(period) as last_period
from tantieme.period_totals
where period >= $1 and period < $2;

-- moved_counts: How many balance transactions Stripe has created in an interval, and how many in all.
select
  cast(coalesce(sum(case when created_at >= $1 and created_at < $2 then 1 else 0 end), 0) as int64) as own_count,
  count(*) as all_count
from stripe.balance_transactions;
