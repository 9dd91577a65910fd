-- earliest_period_before: The first period before this one that has something in it, with how many things.
select period, count(*) as booked
from tantieme.int_period_assignments
where period < $1
group by period
order by period
limit 1;
