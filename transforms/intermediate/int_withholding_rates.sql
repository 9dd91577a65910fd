-- One row per creator and day of credit of what the period books, if tax is withheld: the rule by which. Of what an earlier period credited, it is the rule
-- that was booked then, if there is one. A form of the United States says who is domestic there;
-- elsewhere the country of residence does. A form that is signed after the day of the credit does not count yet, one that has expired counts as none.
-- A treaty counts if the form claims it for the country of residence, has a number of the creator, and there is a rule for it; then at the rate of the
-- rule or, if it is higher, the one claimed, but not above the rate without a treaty. The settings are those of the creator's payer; a payer without any has those
-- of the main payer if it is in the same country, else nothing is withheld.
with today as (
  select distinct credited_on
  from steps.int_tax_settings
),
credited as (
  select distinct creator_id
  from steps.int_allocations
),
begun as (
  select statuses.*
  from tantieme.stg_rudder__tax_statuses as statuses
  cross join today
  where coalesce(statuses.valid_from_on, fn.date_of(statuses.occurred_at)) <= today.credited_on
  qualify row_number() over (partition by statuses.creator_id order by statuses.occurred_at desc) = 1
),
assigned as (
  select payers.creator_id, payers.payer_id, payers.payer_country
  from tantieme.stg_rudder__creator_payers as payers
  cross join today
  where fn.date_of(payers.valid_from_at) <= today.credited_on
  qualify row_number() over (partition by payers.creator_id order by payers.valid_from_at desc) = 1
),
known as (
  select
    credited.creator_id,
    settings.payer_country,
    settings.undocumented_treatment,
    settings.credited_on,
    case
      when statuses.tax_form = 'none' then null
      when statuses.valid_until_on < settings.credited_on then null
      else statuses.tax_form
    end as tax_form,
    coalesce(statuses.tax_country, creators.country) as residence,
    coalesce(statuses.has_tin, false) as has_tin,
    coalesce(statuses.backup_withholding, false) as is_backup,
    statuses.tax_country,
    statuses.treaty_country,
    coalesce(statuses.treaty_bps, 0) * 100 as claimed_ppm
  from credited
  left join assigned on assigned.creator_id = credited.creator_id
  left join steps.int_tax_settings as own on own.payer_id = assigned.payer_id
  join steps.int_tax_settings as settings on settings.payer_id = coalesce(own.payer_id, 'main')
  left join begun as statuses on statuses.creator_id = credited.creator_id
  left join tantieme.stg_rudder__creators as creators on creators.creator_id = credited.creator_id
  where own.payer_id is not null or assigned.creator_id is null or assigned.payer_country = settings.payer_country
),
judged as (
  select
    *,
    case
      when payer_country <> 'US' and residence is null then null
      when payer_country <> 'US' and residence = payer_country then 'domestic'
      when payer_country <> 'US' then 'foreign'
      when tax_form is null then null
      when tax_form = 'w9' and (is_backup or not has_tin) then 'domestic_unidentified'
      when tax_form = 'w9' then 'domestic'
      when has_tin and treaty_country = tax_country then 'foreign_treaty'
      else 'foreign'
    end as documented_status
  from known
),
treated as (
  select
    *,
    coalesce(
      documented_status,
      case
        when undocumented_treatment = 'as_unidentified' and payer_country = 'US' then 'domestic_unidentified'
        when undocumented_treatment = 'not_withheld' then 'domestic'
        else 'foreign'
      end
    ) as payee_status
  from judged
),
rules as (
  select rules.*
  from seeds.withholding_rules as rules
  cross join today
  where rules.effective_from_on <= today.credited_on and coalesce(rules.effective_until_on, date '9999-12-31') > today.credited_on
),
changed as (
  select distinct creator_id, credited_on
  from steps.int_earlier_credits
),
booked as (
  select distinct
    held.creator_id,
    held.credited_on,
    held.payer_country,
    held.payee_status,
    held.status_basis,
    held.withholding_rule_id,
    held.withholding_rate_ppm
  from tantieme.withholdings as held
  join changed on changed.creator_id = held.creator_id and changed.credited_on = held.credited_on
  where held.period < $period
)
select
  treated.creator_id,
  treated.credited_on,
  treated.payer_country,
  case when treated.payee_status = 'foreign_treaty' and treaty.withholding_rule_id is null then 'foreign' else treated.payee_status end as payee_status,
  case when treated.documented_status is null then 'assumed' else 'documented' end as status_basis,
  coalesce(treaty.withholding_rule_id, general.withholding_rule_id) as withholding_rule_id,
  case
    when treaty.withholding_rule_id is null then general.withholding_rate_ppm
    when treated.claimed_ppm > general.withholding_rate_ppm then general.withholding_rate_ppm
    when treated.claimed_ppm > treaty.withholding_rate_ppm then treated.claimed_ppm
    else treaty.withholding_rate_ppm
  end as withholding_rate_ppm,
  coalesce(treaty.is_payer_source_only, general.is_payer_source_only) as is_payer_source_only
from treated
left join rules as treaty
  on treaty.payer_country = treated.payer_country
  and treaty.payee_status = treated.payee_status
  and treaty.treaty_country = treated.treaty_country
left join rules as general
  on general.payer_country = treated.payer_country
  and general.payee_status = case when treated.payee_status = 'foreign_treaty' then 'foreign' else treated.payee_status end
  and general.treaty_country is null
union all
select
  booked.creator_id,
  booked.credited_on,
  booked.payer_country,
  booked.payee_status,
  booked.status_basis,
  booked.withholding_rule_id,
  booked.withholding_rate_ppm,
  rules.is_payer_source_only
from booked
join seeds.withholding_rules as rules on rules.withholding_rule_id = booked.withholding_rule_id
where rules.effective_from_on <= booked.credited_on and coalesce(rules.effective_until_on, date '9999-12-31') > booked.credited_on
