-- One row a change of what a fact is worth: the fact itself, a refund, a lost dispute; in the period in whose books it stands.
-- What is taken back beyond what was paid, as by a dispute over a sale that was refunded, is the platform's loss.
-- A fact without terms or a fee is worth nothing that is known; the check of int_facts stops at it.
with reductions as (
  select refund_id as change_id, 'refund' as change_kind, 'refund' as booking_kind, sale_id, amount, currency, occurred_at, learned_at
  from tantieme.stg_rudder__refunds
  union all
  select disputes.dispute_id as change_id, 'adjustment' as change_kind, 'outcome' as booking_kind, disputes.sale_id, disputes.amount, disputes.currency, outcomes.occurred_at, outcomes.learned_at
  from tantieme.stg_rudder__disputes as disputes
  join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = disputes.dispute_id
  where outcomes.dispute_outcome = 'lost'
),
running as (
  select
    *,
    sum(amount) over (partition by sale_id order by learned_at, occurred_at, change_id rows between unbounded preceding and current row) as amount_taken
  from reductions
),
facts as (
  select fact_id, fact_kind, amount, currency, occurred_at
  from tantieme.int_facts
  where terms_id is not null and fee_bps is not null
),
changes as (
  select fact_id as change_id, 'earning' as change_kind, fact_kind as booking_kind, fact_id, fn.to_numeric('0') as amount_before, amount as amount_after, currency, occurred_at
  from facts
  union all
  select
    running.change_id,
    running.change_kind,
    running.booking_kind,
    facts.fact_id,
    case when running.amount_taken - running.amount > facts.amount then fn.to_numeric('0') else facts.amount - (running.amount_taken - running.amount) end as amount_before,
    case when running.amount_taken > facts.amount then fn.to_numeric('0') else facts.amount - running.amount_taken end as amount_after,
    running.currency,
    running.occurred_at
  from running
  join facts on facts.fact_id = running.sale_id and facts.fact_kind = 'sale'
)
select
  changes.change_id,
  changes.change_kind,
  changes.fact_id,
  changes.amount_before,
  changes.amount_after,
  changes.currency,
  changes.occurred_at,
  bookings.earned_period,
  bookings.period
from changes
join tantieme.int_bookings as bookings
  on bookings.booked_id = changes.change_id and bookings.booking_kind = changes.booking_kind
