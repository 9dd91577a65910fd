-- fees_do_not_overlap: At most one platform fee is in force for a licence type on a day; a second would book a use twice.
select fees.license_type, fees.effective_from_on, others.effective_from_on as other_from_on
from seeds.platform_fees as fees
join seeds.platform_fees as others
  on others.license_type = fees.license_type
  and others.effective_from_on >= fees.effective_from_on
  and (others.effective_from_on < fees.effective_until_on or fees.effective_until_on is null)
  and (others.effective_from_on > fees.effective_from_on or others.fee_bps > fees.fee_bps);

-- every_use_once: Every use that is reported in the period and not booked before, or was in suspense before it, has one row.
-- A use with several reports may be of the period or not, if they differ on the month.
with reports as (
  select
    used.use_id,
    case when used.timestamp < $ends_at and (used.timestamp >= $starts_at or used.loaded_at >= $late_from_at) then 1 else 0 end as is_due
  from raw.asset_used as used
  left join ledger.fact_keys as keys
    on keys.key_hash = fn.key_hash('use:' || used.use_id)
    and keys.key_check = fn.key_check('use:' || used.use_id)
    and keys.period < $period
  where used.use_id is not null
    and used.timestamp is not null
    and keys.key_hash is null
    and (used.timestamp >= $open_from_at or used.loaded_at >= $open_late_from_at)
),
reported as (
  select use_id, min(is_due) as least, max(is_due) as most
  from reports
  group by use_id
),
due as (
  select coalesce(sum(least), 0) as least, coalesce(sum(most), 0) as most
  from reported
),
before as (
  select count(*) as suspended
  from tantieme.suspended_facts
  where period = $previous_period and fact_kind = 'use'
),
rated as (
  select count(*) as found
  from steps.int_uses
)
select due.least, due.most, before.suspended, rated.found
from due, before, rated
where rated.found < due.least + before.suspended or rated.found > due.most + before.suspended;
