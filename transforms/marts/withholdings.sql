-- One row per period, creator, currency and day of credit: the tax that is withheld of what was credited on that day, or given back of what the period takes
-- back of it, at the rate of that day. What is withheld of a credit so far is the tax on what is left of it, rounded once, half away from zero. What was
-- withheld in an earlier calendar year is not given back. What was credited without a rule stays untaxed, taken back or given back.
with today as (
  select distinct credited_on
  from steps.int_tax_settings
),
earlier as (
  select distinct movement_number
  from steps.int_earlier_credits
),
credits as (
  select movement_number, creator_id, currency, credited_on, royalty_amount
  from steps.int_earlier_credits
  union all
  select allocations.movement_number, allocations.creator_id, allocations.currency, today.credited_on, allocations.royalty_amount
  from steps.int_allocations as allocations
  cross join today
  left join earlier on earlier.movement_number = allocations.movement_number
  where earlier.movement_number is null
),
taxed as (
  select
    credits.creator_id,
    credits.currency,
    credits.credited_on,
    sum(credits.royalty_amount) as credited_amount,
    sum(case when rates.is_payer_source_only then fn.ppm_of(credits.royalty_amount, sources.payer_source_ppm) else credits.royalty_amount end) as taxable_amount
  from credits
  join steps.int_withholding_rates as rates on rates.creator_id = credits.creator_id and rates.credited_on = credits.credited_on
  join steps.int_income_sources as sources
    on sources.movement_number = credits.movement_number
    and sources.credited_on = credits.credited_on
    and sources.payer_country = rates.payer_country
  group by credits.creator_id, credits.currency, credits.credited_on
),
months_of_year as (
  select period
  from seeds.periods
  where period < $period and substr(fn.month_of(period_ends_at), 1, 4) = substr(fn.month_of($ends_at), 1, 4)
),
before as (
  select
    booked.creator_id,
    booked.currency,
    booked.credited_on,
    sum(booked.credited_amount) as credited_amount,
    sum(booked.taxable_amount) as taxable_amount,
    sum(booked.withheld_minor) as withheld_minor,
    sum(case when months_of_year.period is null then 0 else booked.withheld_minor end) as of_year_minor,
    sum(booked.not_given_back_minor) as not_given_back_minor
  from tantieme.withholdings as booked
  join taxed
    on taxed.creator_id = booked.creator_id and taxed.currency = booked.currency and taxed.credited_on = booked.credited_on
  left join months_of_year on months_of_year.period = booked.period
  where booked.period < $period
  group by booked.creator_id, booked.currency, booked.credited_on
),
years as (
  select booked.creator_id, booked.currency, booked.payer_country, sum(booked.withheld_minor) as of_year_minor
  from tantieme.withholdings as booked
  join months_of_year on months_of_year.period = booked.period
  group by booked.creator_id, booked.currency, booked.payer_country
),
changed as (
  select
    taxed.*,
    taxed.credited_amount + coalesce(before.credited_amount, 0) as credited_left,
    taxed.taxable_amount + coalesce(before.taxable_amount, 0) as taxable_left,
    coalesce(before.withheld_minor, 0) as withheld_before,
    coalesce(before.of_year_minor, 0) as of_year_before,
    coalesce(before.not_given_back_minor, 0) as kept_before
  from taxed
  left join before
    on before.creator_id = taxed.creator_id and before.currency = taxed.currency and before.credited_on = taxed.credited_on
),
computed as (
  select
    changed.*,
    rates.payer_country,
    rates.payee_status,
    rates.status_basis,
    rates.withholding_rule_id,
    rates.withholding_rate_ppm,
    fn.minor_rounded(
      fn.ppm_of(
        case
          when changed.taxable_left < 0 or changed.credited_left < 0 then 0
          when changed.taxable_left > changed.credited_left then changed.credited_left
          else changed.taxable_left
        end,
        rates.withholding_rate_ppm
      ),
      currencies.minor_per_unit
    ) as due_minor
  from changed
  join steps.int_withholding_rates as rates on rates.creator_id = changed.creator_id and rates.credited_on = changed.credited_on
  join seeds.currencies as currencies on currencies.currency = changed.currency
),
limited as (
  select
    *,
    case when due_minor - withheld_before < -of_year_before then -of_year_before else due_minor - withheld_before end as withheld_minor
  from computed
)
select
  $period as period,
  limited.creator_id,
  limited.currency,
  limited.credited_on,
  limited.payer_country,
  limited.payee_status,
  limited.status_basis,
  limited.withholding_rule_id,
  limited.withholding_rate_ppm,
  limited.credited_amount,
  limited.taxable_amount,
  cast(limited.withheld_minor as int64) as withheld_minor,
  cast(
    coalesce(years.of_year_minor, 0)
    + sum(limited.withheld_minor) over (partition by limited.creator_id, limited.currency, limited.payer_country) as int64
  ) as withheld_of_year_minor,
  cast(limited.withheld_before + limited.withheld_minor - limited.due_minor - limited.kept_before as int64) as not_given_back_minor
from limited
left join years
  on years.creator_id = limited.creator_id and years.currency = limited.currency and years.payer_country = limited.payer_country
