-- One row per payer and instant from which on tax is withheld by other settings, with the latest report of it. A report without a payer is of the main one.
with reported as (
  select id, coalesce(payer_id, 'main') as payer_id, valid_from_at, payer_country, undocumented_treatment, decided_by, timestamp, loaded_at
  from raw.tax_settings_changed
  where valid_from_at is not null and timestamp is not null
)
select payer_id, valid_from_at, payer_country, undocumented_treatment, decided_by, timestamp as occurred_at, loaded_at as recorded_at
from reported
qualify row_number() over (partition by payer_id, valid_from_at order by timestamp desc, loaded_at desc, id desc) = 1
