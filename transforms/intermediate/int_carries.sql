-- One row a period, creator and currency: the fractions of a minor unit that are carried into the period and out of it.
with sums as (
  select
    periods.period,
    royalties.creator_id,
    royalties.currency,
    sum(case when royalties.period < periods.period then royalties.royalty_amount else fn.to_numeric('0') end) as amount_before,
    sum(royalties.royalty_amount) as amount_through
  from seeds.periods as periods
  join tantieme.royalties as royalties on royalties.period <= periods.period
  group by periods.period, royalties.creator_id, royalties.currency
)
select
  sums.period,
  sums.creator_id,
  sums.currency,
  sums.amount_before - fn.minor_amount(fn.minor_floor(sums.amount_before, currencies.minor_per_unit), currencies.minor_per_unit) as carried_in_exact,
  sums.amount_through - fn.minor_amount(fn.minor_floor(sums.amount_through, currencies.minor_per_unit), currencies.minor_per_unit) as carried_out_exact
from sums
join seeds.currencies as currencies on currencies.currency = sums.currency
