-- earliest_period_before: The earliest period before this one to which something is assigned, with the number of entries.
select period, count(*) as assigned_count
from tantieme.int_period_assignments
where period < $1
group by period
order by period
limit 1;
