-- One row per day of every month.
with days as (
  select ordinal - 1 as days_count from seeds.ordinals
  union all
  select ordinal + 19 as days_count from seeds.ordinals where ordinal <= 11
),
dated as (
  select
    fn.add_days(fn.date_of(months.period_starts_at), days.days_count) as date_on,
    months.period,
    months.quarter,
    months.calendar_year
  from tantieme.months as months
  cross join days
)
select date_on, period, quarter, calendar_year
from dated
where date_on <= fn.last_day_of(period)
