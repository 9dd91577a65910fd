-- One row per creator, as last reported.
select creator_id, creator_name, country
from tantieme.stg_rudder__creators
