-- payouts_to_bank: The payouts between the platform's balance and its bank that were created in a month, arrived in it, or were under way at its end.
select id_stripe, amount_minor, currency, status_stripe, created_at, arrives_at
from tantieme.stg_stripe__payouts
where created_at < $2 and (created_at >= $1 or arrives_at >= $1)
order by created_at, id_stripe;
