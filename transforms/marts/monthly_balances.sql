-- One row per period and currency: what all creators together are owed at its end, and what was paid out in it.
select
  owed.period,
  owed.currency,
  count(*) as creator_count,
  sum(fn.minor_amount(owed.payouts_minor - owed.payout_reversals_minor, currencies.minor_per_unit)) as paid_out_amount,
  sum(fn.minor_amount(owed.payable_minor, currencies.minor_per_unit)) as payable_amount,
  sum(fn.minor_amount(owed.held_minor, currencies.minor_per_unit)) as held_amount,
  sum(fn.minor_amount(owed.closing_minor, currencies.minor_per_unit)) as owed_amount
from tantieme.balances as owed
join seeds.currencies as currencies on currencies.currency = owed.currency
group by owed.period, owed.currency
