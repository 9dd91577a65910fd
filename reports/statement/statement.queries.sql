-- creators: Every creator with a balance in a period, by the name that is known.
select balances.creator_id, max(creators.creator_name) as creator_name, max(creators.country) as country
from tantieme.balances as balances
left join tantieme.stg_rudder__creators as creators on creators.creator_id = balances.creator_id
where balances.period = $1
group by balances.creator_id
order by balances.creator_id;

-- balances: The balances of a period from one creator to another.
select *
from tantieme.balances
where period = $1 and creator_id between $2 and $3
order by creator_id, currency;

-- lines: The statement lines of a period from one creator to another, largest first within a kind.
select *
from tantieme.statement_lines
where period = $1 and creator_id between $2 and $3
order by creator_id, currency, line_kind, line_amount_exact desc, terms_id, earned_period, fee_bps;

-- payouts: The payouts in the books of a period from one creator to another.
select *
from tantieme.payouts
where period = $1 and creator_id between $2 and $3
order by creator_id, currency, payout_id;

-- asset_titles: The titles of the assets on the statement lines of a period from one creator to another.
select asset_id, asset_title
from tantieme.stg_rudder__assets
where asset_id in (
  select asset_id
  from tantieme.statement_lines
  where period = $1 and creator_id between $2 and $3
);
