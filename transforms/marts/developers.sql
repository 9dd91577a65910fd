-- One row per AI developer, as last reported.
select developer_id, developer_name, country
from tantieme.stg_rudder__developers
