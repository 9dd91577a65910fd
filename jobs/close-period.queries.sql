-- coverage: One row if Stripe's records of all kinds that were created between these instants have been read to the end.
select covered_from_at
from stripe.charge_coverage
where covered_from_at <= $1 and covered_until_at >= $2
limit 1;
