-- withheld_equals_postings: The tax withheld of a creator equals the postings to the creator's account of tax withheld.
with posted as (
  select account_owner_id, currency, sum(posting_amount) as amount
  from tantieme.postings
  where period = $period and account = 'withholding'
  group by account_owner_id, currency
)
select withheld.period, withheld.creator_id, withheld.currency
from tantieme.withholdings as withheld
join seeds.currencies as currencies on currencies.currency = withheld.currency
left join posted on posted.account_owner_id = withheld.creator_id and posted.currency = withheld.currency
where withheld.period = $period
  and fn.minor_amount(withheld.withheld_minor, currencies.minor_per_unit) <> -coalesce(posted.amount, 0);

-- withheld_within_taxable: Never more is withheld than half of what is taxable, and nothing is given back beyond what was withheld in the year.
select withheld.period, withheld.creator_id, withheld.currency
from tantieme.withholdings as withheld
join seeds.currencies as currencies on currencies.currency = withheld.currency
where withheld.period = $period
  and (
    withheld.withheld_of_year_minor < 0
    or (withheld.withheld_minor > 0 and fn.minor_amount(2 * withheld.withheld_minor - 1, currencies.minor_per_unit) > withheld.taxable_amount)
  );
