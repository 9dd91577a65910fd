-- last_earning_period: The last month in which something was earned by, paid to or owed to a creator; no row value if nothing ever was.
select max(known.period) as period
from (
  select max(period) as period
  from tantieme.royalties
  where creator_id = $1
  union all
  select max(period) as period
  from tantieme.payouts
  where creator_id = $1
  union all
  select max(period) as period
  from tantieme.balances
  where creator_id = $1 and closing_minor <> 0
) as known;

-- earning_creators: The creators who have signed up, or who have earned something.
select creator_id
from tantieme.stg_rudder__creators
union distinct
select creator_id
from tantieme.balances
order by creator_id;
