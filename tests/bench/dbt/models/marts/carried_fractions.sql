-- One row per creator and currency: the fraction of a minor unit carried into the month and out of it.
with earned as (
  select creator_id, currency, sum(royalty_amount) as amount
  from {{ ref('royalties') }}
  group by creator_id, currency
),

carried as (
  select creator_id, currency, carried_out_exact as amount
  from {{ source('ledger', 'carried_fractions') }}
  where period = '{{ var("previous_period") }}'
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
  sums.creator_id,
  sums.currency,
  sums.carried_in_exact,
  sums.amount - {{ minor_floor('sums.amount', 'currencies.minor_per_unit') }} * currencies.minor_unit as carried_out_exact
from sums
inner join {{ ref('currencies') }} as currencies on currencies.currency = sums.currency
