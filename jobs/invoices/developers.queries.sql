-- rows_of_developer: One row if a developer has a name, or an invoice for metered use was reported for it.
select developer_id
from tantieme.stg_rudder__developers
where developer_id = $1
union all
select developer_id
from tantieme.stg_rudder__usage_invoices
where developer_id = $1
limit 1;
