-- creators_of_breaks: The creators whom each break of a period is about.
select break_id, creator_id
from tantieme.break_creators
where period = $1
order by break_id, creator_id;

-- breaks_up_to: The breaks of a period and of those before it that are about creators, one row for each of them.
select breaks.*, creators.creator_id
from tantieme.breaks as breaks
join tantieme.break_creators as creators on creators.period = breaks.period and creators.break_id = breaks.break_id
where breaks.period <= $1
order by breaks.period, breaks.break_id, creators.creator_id;
