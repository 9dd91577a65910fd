-- closing_of_period: The closing of a period; no row while the period is open.
select *
from ledger.closes
where period = $1;

-- latest_closing: The closing of the latest closed period.
select *
from ledger.closes
order by period desc
limit 1;

-- closings: Every closing, oldest first.
select *
from ledger.closes
order by period;
