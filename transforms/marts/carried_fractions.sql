-- One row per period, creator and currency: the fraction of a minor unit carried into the period and out of it.
with earned as (
  select creator_id, currency, sum(royalty_amount) as amount
  from steps.int_allocations
  group by creator_id, currency
),
carried as (
  select creator_id, currency, carried_out_exact as amount
  from tantieme.carried_fractions
  where period = $previous_period and carried_out_exact <> 0
),
sums as (
  select
    coalesce(earned.creator_id, carried.creator_id) as creator_id,
    coalesce(earned.currency, carried.currency) as currency,
    coalesce(carried.amount, 0) as carried_in_exact,
    coalesce(carried.amount, 0) + coalesce(earned.amount, 0) as amount
  from earned
  full join carried on carried.creator_id = earned.creator_id and carried.currency = earned.currency
)
select
  $period as period,
  sums.creator_id,
  sums.currency,
  sums.carried_in_exact,
  sums.amount - fn.minor_amount(fn.minor_floor(sums.amount, currencies.minor_per_unit), currencies.minor_per_unit) as carried_out_exact
from sums
join seeds.currencies as currencies on currencies.currency = sums.currency
