-- One row per balance transaction at Stripe, as a table of this build: the comparison and the bridge read it several times.
select *
from tantieme.int_stripe_movements
