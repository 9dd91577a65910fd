-- events_in_quarantine: Events that were quarantined and have not landed since, by source.
-- An event with several violations counts once for each.
select source_id, still_quarantined_count as metric_value
from tantieme.quarantine_totals;

-- exceptions: Facts of the period that cannot be booked yet, or are booked and need a look.
select period, cast(sum(fact_count) as int64) as metric_value
from tantieme.exceptions
group by period;

-- amount_in_suspense: The amount of the facts of the period that cannot be booked yet.
select period, currency, sum(suspended_amount) as metric_value
from tantieme.exceptions
where suspended_amount is not null
group by period, currency;

-- breaks: Differences between the books of the period and Stripe's records.
select period, count(*) as metric_value
from tantieme.breaks
group by period;

-- days_to_close: Days from the end of the period to the cutoff of its closing.
select period, days_to_close_count as metric_value
from tantieme.closed_periods;
