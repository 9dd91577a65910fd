-- One row per developer, currency and month of use: the buyers' side of the metered use that is booked.
with usage as (
  select developer_id, currency, earned_period, sum(fn.billionths(amount_billionths)) as amount
  from steps.int_uses
  where exception_reason is null
  group by developer_id, currency, earned_period
)
select coalesce(developer_id, 'unknown') as developer_id, currency, earned_period, sum(amount) as amount
from usage
group by coalesce(developer_id, 'unknown'), currency, earned_period
