-- One row per licence type and interval: the platform's fee, null where none is in force. The intervals leave no gap.
with intervals as (
  select
    license_type,
    fee_bps,
    fn.start_of_day(effective_from_on) as valid_from_at,
    coalesce(fn.start_of_day(effective_until_on), timestamp '9999-12-31 00:00:00+00') as valid_until_at
  from seeds.platform_fees
),
gaps as (
  select
    license_type,
    cast(null as int64) as fee_bps,
    coalesce(lag(valid_until_at) over (partition by license_type order by valid_from_at), timestamp '0001-01-01 00:00:00+00') as valid_from_at,
    valid_from_at as valid_until_at
  from intervals
  union all
  select license_type, cast(null as int64) as fee_bps, max(valid_until_at) as valid_from_at, timestamp '9999-12-31 00:00:00+00' as valid_until_at
  from intervals
  group by license_type
)
select license_type, fee_bps, valid_from_at, valid_until_at
from intervals
union all
select license_type, fee_bps, valid_from_at, valid_until_at
from gaps
where valid_from_at < valid_until_at
