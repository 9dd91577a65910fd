-- One row per period and developer who bought or used something in it or in the period before, and whether in which.
with active as (
  select distinct period, developer_id
  from tantieme.developer_spend
  where sold_amount > 0 and developer_id <> 'unknown'
),
books as (
  select distinct period
  from active
),
counted as (
  select period, developer_id, 1 as active_count, 0 as active_before_count
  from active
  union all
  select books.period, active.developer_id, 0 as active_count, 1 as active_before_count
  from active
  join seeds.periods as months on months.period = active.period
  join books on books.period = fn.month_of(months.period_ends_at)
)
select period, developer_id, cast(max(active_count) as int64) as active_count, cast(max(active_before_count) as int64) as active_before_count
from counted
group by period, developer_id
