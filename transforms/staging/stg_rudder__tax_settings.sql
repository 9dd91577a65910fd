-- One row per instant from which on tax is withheld by other settings, with the latest report of it.
with latest as (
  select *
  from raw.tax_settings_changed
  where valid_from_at is not null and timestamp is not null
  qualify row_number() over (partition by valid_from_at order by timestamp desc, loaded_at desc, id desc) = 1
)
select valid_from_at, payer_country, undocumented_treatment, decided_by, timestamp as occurred_at, loaded_at as recorded_at
from latest
