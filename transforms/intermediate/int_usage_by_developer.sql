-- One row per developer, currency and month of use: the buyers' side of the metered use that is booked, summed like the creators' side.
with usage as (
  select
    developer_id,
    currency,
    earned_period,
    fn.billionths(sum(fn.upper_bits(amount_billionths))) * 4294967296 + fn.billionths(sum(fn.lower_bits(amount_billionths))) as amount
  from steps.int_uses
  where exception_reason is null and not is_voided
  group by developer_id, currency, earned_period
)
select coalesce(developer_id, 'unknown') as developer_id, currency, earned_period, sum(amount) as amount
from usage
group by coalesce(developer_id, 'unknown'), currency, earned_period
