-- One row per period, creator and currency: the fraction of a minor unit carried into the period and out of it.
with owed as (
  select period, creator_id, currency, sum(royalty_amount) as amount
  from tantieme.royalties
  group by period, creator_id, currency
),
sums as (
  select
    periods.period,
    owed.creator_id,
    owed.currency,
    sum(case when owed.period < periods.period then owed.amount else fn.to_numeric('0') end) as amount_before,
    sum(owed.amount) as amount_through
  from seeds.periods as periods
  join owed on owed.period <= periods.period
  group by periods.period, owed.creator_id, owed.currency
)
select
  sums.period,
  sums.creator_id,
  sums.currency,
  sums.amount_before - fn.minor_amount(fn.minor_floor(sums.amount_before, currencies.minor_per_unit), currencies.minor_per_unit) as carried_in_exact,
  sums.amount_through - fn.minor_amount(fn.minor_floor(sums.amount_through, currencies.minor_per_unit), currencies.minor_per_unit) as carried_out_exact
from sums
join seeds.currencies as currencies on currencies.currency = sums.currency
