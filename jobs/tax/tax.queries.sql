-- last_reportable_periods: The last month in which something was earned by or owed to a creator, and in which something was paid; null if nothing ever was.
select max(known.credited_period) as credited_period, max(known.paid_period) as paid_period
from (
  select max(period) as credited_period, cast(null as string) as paid_period
  from tantieme.royalties
  where creator_id = $1
  union all
  select cast(null as string) as credited_period, max(period) as paid_period
  from tantieme.payouts
  where creator_id = $1
  union all
  select max(period) as credited_period, cast(null as string) as paid_period
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
