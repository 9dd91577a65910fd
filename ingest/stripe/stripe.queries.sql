-- known_events: The ids of the events that are already recorded.
select id_stripe
from stripe.events
where fn.is_in_list(id_stripe, $1);

-- slices_of_window: The slices that an unfinished pull of a window has read.
select *
from stripe.pulls
where window_from_at = $1 and window_until_at = $2
order by pulled_at;

-- all_pulls: Every interval that has been read, of each kind of record.
select *
from stripe.pulls
order by pulled_at;

-- balances_since: The balances of the platform that were retrieved at an instant or later.
select balance_type, currency
from stripe.balances
where pulled_at >= $1;
