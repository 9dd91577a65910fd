-- latest_draft: The first and the last period from one on and before another that has a draft.
select min(period) as first_period, max(period) as last_period
from tantieme.period_totals
where period >= $1 and period < $2;
