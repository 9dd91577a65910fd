-- traces_of_creator: One row where a creator is known: by name, by a royalty or by a balance.
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
