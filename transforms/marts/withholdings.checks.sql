-- withheld_equals_postings: The tax withheld of a creator equals the postings to the creator's account of tax withheld.
with posted as (
  select account_owner_id, currency, sum(posting_amount) as amount
  from tantieme.postings
  where period = $period and account = 'withholding'
  group by account_owner_id, currency
),
withheld as (
  select creator_id, currency, cast(sum(withheld_minor) as int64) as withheld_minor
  from tantieme.withholdings
  where period = $period
  group by creator_id, currency
)
select withheld.creator_id, withheld.currency
from withheld
join seeds.currencies as currencies on currencies.currency = withheld.currency
left join posted on posted.account_owner_id = withheld.creator_id and posted.currency = withheld.currency
where fn.minor_amount(withheld.withheld_minor, currencies.minor_per_unit) <> -coalesce(posted.amount, 0);

-- withheld_within_taxable: Of what was credited on a day, no more is withheld than half of what is left of it, and nothing is given back beyond what was withheld.
with changed as (
  select creator_id, currency, credited_on
  from tantieme.withholdings
  where period = $period
),
credits as (
  select
    held.creator_id,
    held.currency,
    held.credited_on,
    sum(held.taxable_amount) as taxable_amount,
    sum(held.withheld_minor) as withheld_minor,
    sum(held.not_given_back_minor) as kept_minor,
    cast(sum(held.withheld_minor) - sum(held.not_given_back_minor) as int64) as due_minor
  from tantieme.withholdings as held
  join changed on changed.creator_id = held.creator_id and changed.currency = held.currency and changed.credited_on = held.credited_on
  where held.period <= $period
  group by held.creator_id, held.currency, held.credited_on
)
select credits.creator_id, credits.currency, credits.credited_on
from credits
join seeds.currencies as currencies on currencies.currency = credits.currency
where credits.withheld_minor < 0
  or credits.kept_minor < 0
  or credits.due_minor < 0
  or (credits.due_minor > 0 and fn.minor_amount(2 * credits.due_minor - 1, currencies.minor_per_unit) > credits.taxable_amount);
