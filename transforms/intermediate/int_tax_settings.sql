-- One row per payer by whose settings tax is withheld of what the period credits. Without a row, nothing is withheld.
with latest as (
  select *
  from tantieme.stg_rudder__tax_settings
  where valid_from_at <= $ends_at
  qualify row_number() over (partition by payer_id order by valid_from_at desc) = 1
)
select payer_id, payer_country, undocumented_treatment, fn.date_of($ends_at) as credited_on
from latest
