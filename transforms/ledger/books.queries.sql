-- earlier_drafts: The periods before one of which there are drafts.
select period
from draft.period_totals
where period < $1
union distinct
select period
from draft.balances
where period < $1
union distinct
select period
from draft.suspended_facts
where period < $1
order by period;
