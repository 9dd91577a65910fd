-- One row per period, creator and currency: the tax that is withheld of what the period credits, and in the calendar year so far. Rounded once, half
-- away from zero. What refunds take back gives back tax that was withheld for the same country in the same year, and no more.
with taxed as (
  select
    allocations.creator_id,
    allocations.currency,
    sum(allocations.royalty_amount) as credited_amount,
    sum(case when rates.is_payer_source_only then fn.ppm_of(allocations.royalty_amount, sources.payer_source_ppm) else allocations.royalty_amount end) as taxable_amount
  from steps.int_allocations as allocations
  join steps.int_income_sources as sources on sources.movement_number = allocations.movement_number
  join steps.int_withholding_rates as rates on rates.creator_id = allocations.creator_id
  group by allocations.creator_id, allocations.currency
),
computed as (
  select
    taxed.*,
    rates.payer_country,
    rates.payee_status,
    rates.status_basis,
    rates.withholding_rule_id,
    rates.withholding_rate_ppm,
    fn.minor_rounded(fn.ppm_of(taxed.taxable_amount, rates.withholding_rate_ppm), currencies.minor_per_unit) as computed_minor
  from taxed
  join steps.int_withholding_rates as rates on rates.creator_id = taxed.creator_id
  join seeds.currencies as currencies on currencies.currency = taxed.currency
),
before as (
  select held.*
  from tantieme.withholdings as held
  join steps.int_tax_settings as settings on settings.payer_country = held.payer_country
  join seeds.periods as periods on periods.period = held.period
  where held.period = $previous_period
    and held.withheld_of_year_minor <> 0
    and substr(fn.month_of(periods.period_ends_at), 1, 4) = substr(fn.month_of($ends_at), 1, 4)
),
joined as (
  select
    coalesce(computed.creator_id, before.creator_id) as creator_id,
    coalesce(computed.currency, before.currency) as currency,
    coalesce(computed.payer_country, before.payer_country) as payer_country,
    coalesce(computed.payee_status, before.payee_status) as payee_status,
    coalesce(computed.status_basis, before.status_basis) as status_basis,
    coalesce(computed.withholding_rule_id, before.withholding_rule_id) as withholding_rule_id,
    coalesce(computed.withholding_rate_ppm, before.withholding_rate_ppm) as withholding_rate_ppm,
    coalesce(computed.credited_amount, 0) as credited_amount,
    coalesce(computed.taxable_amount, 0) as taxable_amount,
    coalesce(computed.computed_minor, 0) as computed_minor,
    coalesce(before.withheld_of_year_minor, 0) as before_minor
  from computed
  full join before on before.creator_id = computed.creator_id and before.currency = computed.currency
)
select
  $period as period,
  creator_id,
  currency,
  fn.date_of($ends_at) as credited_on,
  payer_country,
  payee_status,
  status_basis,
  withholding_rule_id,
  withholding_rate_ppm,
  credited_amount,
  taxable_amount,
  case when computed_minor + before_minor < 0 then -before_minor else computed_minor end as withheld_minor,
  case when computed_minor + before_minor < 0 then 0 else computed_minor + before_minor end as withheld_of_year_minor,
  case when computed_minor + before_minor < 0 then -(computed_minor + before_minor) else 0 end as not_given_back_minor
from joined
