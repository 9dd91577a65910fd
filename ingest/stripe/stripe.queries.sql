-- known_events: The ids of those events that are recorded already.
select id_stripe
from stripe.events
where fn.is_in_list(id_stripe, $1);

-- slices_of_window: What an unfinished pull of a window has read.
select *
from stripe.pulls
where window_from = $1 and window_until = $2
order by pulled_at;

-- all_pulls: Every time that has been read of each kind of record.
select *
from stripe.pulls
order by pulled_at;
