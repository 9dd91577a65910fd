-- One row per thing that the comparison of the period must look at: what our books have moved for something that happened, was recorded, was made
-- void or was paid in it, and what Stripe has moved in it, with the charge or transfer that this is a part of. It may have more than that, but
-- nothing less: what is not here has no movement in the period, on neither side.
with opened as (
  select min(valid_from_at) as from_at, max(coalesce(valid_until_at, timestamp '9999-12-31 00:00:00+00')) as until_at
  from tantieme.int_open_periods
  where period = $period
),
corrected as (
  select chains.root_id
  from steps.int_known_corrections as chains
  cross join opened
  where chains.root_id is not null
    and (
      (chains.effective_at >= $starts_at and chains.effective_at < $ends_at)
      or (chains.recorded_at >= opened.from_at and chains.recorded_at < opened.until_at)
    )
),
moved as (
  select id_stripe, source_id_stripe
  from stripe.balance_transactions
  where created_at >= $starts_at and created_at < $ends_at
),
linked as (
  select id_stripe, whole_id_stripe
  from steps.int_object_links
  where balance_transaction_id_stripe in (select id_stripe from moved)
    or failure_balance_transaction_id_stripe in (select id_stripe from moved)
    or id_stripe in (select source_id_stripe from moved)
),
touched as (
  select facts.flow_id
  from steps.int_fact_flows as facts
  cross join opened
  where (facts.occurred_at >= $starts_at and facts.occurred_at < $ends_at)
    or (facts.recorded_at >= opened.from_at and facts.recorded_at < opened.until_at)
    or facts.payout_period = $period
    or facts.fact_id in (select root_id from corrected)
  union all
  select id_stripe as flow_id
  from moved
  union all
  select source_id_stripe as flow_id
  from moved
  union all
  select id_stripe as flow_id
  from linked
  union all
  select whole_id_stripe as flow_id
  from linked
)
select distinct flow_id
from touched
where flow_id is not null
