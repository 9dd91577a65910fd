-- One row per country of a payer and developer who is known to be outside it; none if no tax is withheld. A step of its own: uses are then joined
-- to these few, where the engine would otherwise hold all uses in memory.
with countries as (
  select distinct payer_country
  from steps.int_tax_settings
)
select countries.payer_country, developers.developer_id
from tantieme.stg_rudder__developers as developers
cross join countries
where developers.country <> countries.payer_country
