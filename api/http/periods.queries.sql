-- totals_of_period: The totals of a period by currency, as last built.
select *
from tantieme.period_totals
where period = $1
order by currency;
