-- One row per creator and instant at which a status for the taxes of the United States was reported, with the latest report of it: a form counts
-- until another one does.
with latest as (
  select *
  from raw.tax_status_changed
  where creator_id is not null and timestamp is not null
  qualify row_number() over (partition by creator_id, timestamp order by loaded_at desc, id desc) = 1
)
select
  creator_id,
  tax_form,
  tax_classification,
  tax_country,
  has_tin,
  treaty_country,
  fn.minor_floor(fn.try_numeric(treaty_claim), 1) as treaty_bps,
  treaty_article,
  exempt_code,
  fn.date_of(tax_valid_from_at) as valid_from_on,
  fn.date_of(tax_valid_until_at) as valid_until_on,
  backup_withholding,
  timestamp as occurred_at,
  loaded_at as recorded_at
from latest
