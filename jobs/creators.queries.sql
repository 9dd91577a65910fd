-- rows_of_creator: One row if there is a name, a royalty or a balance of the creator.
select creator_id
from tantieme.stg_rudder__creators
where creator_id = $1
union all
select creator_id
from tantieme.royalties
where creator_id = $1
union all
select creator_id
from tantieme.balances
where creator_id = $1
limit 1;
