-- totals_of_period: Where the money of a period went, by currency, as last built.
select *
from tantieme.period_totals
where period = $1
order by currency;
