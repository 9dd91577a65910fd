-- developer_named: What is known of a developer.
select developer_id, developer_name, country
from tantieme.stg_rudder__developers
where developer_id = $1;

-- newest_period: The newest month that was built; null if none was.
select max(period) as newest_period
from tantieme.period_totals;
