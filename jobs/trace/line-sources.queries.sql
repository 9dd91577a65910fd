-- sales_of_lines: The movements of sales behind given lines of a period's statements, with the sale of each.
with moved as (
  select distinct
    movement_kind || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string) as line_id,
    movement_id,
    sale_id
  from tantieme.sale_allocations
  where period = $1 and substr(movement_id, 1, 11) <> 'correction:'
)
select line_id, movement_id as event_id, sale_id as source_key, 1 as units
from moved
where fn.is_in_list(line_id, $2)
order by line_id, event_id;

-- charges_of_sales: The charges of given sales.
with sold as (
  select sale_id, charge_id_stripe from raw.license_purchased
  union distinct
  select sale_id, charge_id_stripe from raw.subscription_started
  union distinct
  select sale_id, charge_id_stripe from raw.subscription_renewed
)
select sale_id, charge_id_stripe
from sold
where charge_id_stripe is not null and fn.is_in_list(sale_id, $1)
order by sale_id, charge_id_stripe;

-- uses_of_lines: The metered uses behind given lines of a period's statements, recorded from one instant until another, with the developer and month of each.
-- The terms are those in force when it happened, and what was recorded before its terms is booked when these were known. Of uses that waited for something
-- else, or were corrected since, the count differs from that of the line.
with metered as (
  select distinct
    asset_id,
    terms_id,
    earned_period,
    fee_bps,
    line_kind || ':' || terms_id || ':' || earned_period || ':' || cast(fee_bps as string) as line_id
  from tantieme.statement_lines
  where period = $1 and license_type = 'metered' and correction_id is null
),
lines as (
  select *
  from metered
  where fn.is_in_list(line_id, $2)
),
versions as (
  select
    terms_id,
    asset_id,
    recorded_at,
    occurred_at as valid_from_at,
    coalesce(lead(occurred_at) over (partition by asset_id order by occurred_at, terms_id), timestamp '9999-12-31 00:00:00+00') as valid_until_at
  from tantieme.stg_rudder__asset_terms
  where license_type = 'metered'
),
rates as (
  select
    lines.line_id,
    lines.asset_id,
    lines.earned_period,
    versions.valid_from_at,
    versions.valid_until_at,
    versions.recorded_at,
    fn.start_of_day(fees.effective_from_on) as fee_from_at,
    coalesce(fn.start_of_day(fees.effective_until_on), timestamp '9999-12-31 00:00:00+00') as fee_until_at
  from lines
  join versions on versions.asset_id = lines.asset_id and versions.terms_id = lines.terms_id
  join seeds.platform_fees as fees on fees.license_type = 'metered' and fees.fee_bps = lines.fee_bps
),
reported as (
  select use_id, asset_id, developer_id, units, timestamp as occurred_at, loaded_at as recorded_at
  from raw.asset_used
  where use_id is not null
    and timestamp is not null
    and asset_id in (select asset_id from rates)
    and loaded_at >= $3
    and loaded_at < $4
  qualify row_number() over (partition by use_id order by loaded_at, id) = 1
),
rated as (
  select
    rates.line_id,
    rates.earned_period,
    reported.use_id,
    reported.developer_id,
    reported.units,
    case when rates.recorded_at > reported.recorded_at then rates.recorded_at else reported.recorded_at end as recorded_at
  from reported
  join rates
    on rates.asset_id = reported.asset_id
    and rates.earned_period = fn.month_of(reported.occurred_at)
    and rates.valid_from_at <= reported.occurred_at
    and rates.valid_until_at > reported.occurred_at
    and rates.fee_from_at <= reported.occurred_at
    and rates.fee_until_at > reported.occurred_at
),
placed as (
  select
    rated.*,
    fn.booked_in(rated.earned_period, open_periods.period) as period
  from rated
  join tantieme.int_open_periods as open_periods
    on (open_periods.valid_from_at is null or rated.recorded_at >= open_periods.valid_from_at)
    and (open_periods.valid_until_at is null or rated.recorded_at < open_periods.valid_until_at)
)
select line_id, use_id as event_id, coalesce(developer_id, '') || '/' || earned_period as source_key, coalesce(fn.try_numeric(units), 0) as units
from placed
where period = $1
order by line_id, event_id;
