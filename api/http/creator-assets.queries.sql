-- creator_named: What is known of a creator.
select creator_id, creator_name, country
from tantieme.stg_rudder__creators
where creator_id = $1;

-- assets_of_creator: The assets that a creator uploaded, published or earned from, each with the newest version of its terms for each kind of
-- licence; an asset without terms has one row.
with own_assets as (
  select asset_id
  from tantieme.stg_rudder__assets
  where creator_id = $1
  union distinct
  select asset_id
  from tantieme.stg_rudder__asset_terms
  where creator_id = $1
  union distinct
  select asset_id
  from tantieme.statement_lines
  where creator_id = $1
),
newest_terms as (
  select terms.asset_id, terms.terms_id, terms.license_type, terms.rate, terms.currency, terms.splits, terms.occurred_at
  from tantieme.stg_rudder__asset_terms as terms
  join own_assets on own_assets.asset_id = terms.asset_id
  where true
  qualify row_number() over (partition by terms.asset_id, terms.license_type order by terms.occurred_at desc, terms.terms_id desc) = 1
)
select
  own_assets.asset_id,
  assets.asset_title,
  newest_terms.terms_id,
  newest_terms.license_type,
  newest_terms.rate,
  newest_terms.currency,
  newest_terms.splits,
  newest_terms.occurred_at as valid_from_at
from own_assets
left join tantieme.stg_rudder__assets as assets on assets.asset_id = own_assets.asset_id
left join newest_terms on newest_terms.asset_id = own_assets.asset_id
where own_assets.asset_id is not null
order by own_assets.asset_id, newest_terms.license_type;

-- earnings_by_asset: What each asset gave to a creator in each period, less what was taken back.
select
  lines.period,
  lines.currency,
  lines.asset_id,
  max(assets.asset_title) as asset_title,
  sum(case when lines.line_kind = 'earning' then lines.line_amount_exact else 0 end) as earned_amount,
  sum(case when lines.line_kind = 'earning' then 0 else lines.line_amount_exact end) as changed_amount,
  sum(lines.line_amount_exact) as royalty_amount
from tantieme.statement_lines as lines
left join tantieme.stg_rudder__assets as assets on assets.asset_id = lines.asset_id
where lines.creator_id = $1 and lines.asset_id is not null and lines.period >= $2 and lines.period <= $3
group by lines.period, lines.currency, lines.asset_id
order by lines.period, lines.currency, lines.asset_id;

-- exceptions_of_creator: What is in suspense or needs a look in the newest period, and is about a creator or its assets.
with own_assets as (
  select asset_id
  from tantieme.stg_rudder__assets
  where creator_id = $1
  union distinct
  select asset_id
  from tantieme.stg_rudder__asset_terms
  where creator_id = $1
),
newest as (
  select *
  from tantieme.exceptions
  where true
  qualify period = max(period) over ()
)
select
  exceptions.period,
  exceptions.fact_kind,
  exceptions.exception_reason,
  exceptions.fact_count,
  exceptions.suspended_amount,
  exceptions.currency,
  exceptions.units,
  exceptions.asset_id,
  assets.asset_title,
  exceptions.first_occurred_at
from newest as exceptions
left join own_assets on own_assets.asset_id = exceptions.asset_id
left join tantieme.stg_rudder__assets as assets on assets.asset_id = exceptions.asset_id
where exceptions.creator_id = $1 or own_assets.asset_id is not null
order by exceptions.first_occurred_at, exceptions.exception_id;
