-- One row per line of a report of Stripe's that is compared with the balance transactions, by report, interval, currency, line of the bridge
-- and category, as last imported. The parts of a closing balance are one line.
with imports as (
  select report_name, interval_from_on, interval_until_on, max(recorded_at) as recorded_at
  from stripe.report_lines
  where report_name is not null
  group by report_name, interval_from_on, interval_until_on
),
latest as (
  select report_lines.*
  from stripe.report_lines as report_lines
  join imports
    on imports.report_name = report_lines.report_name
    and imports.interval_from_on = report_lines.interval_from_on
    and imports.interval_until_on = report_lines.interval_until_on
    and imports.recorded_at = report_lines.recorded_at
)
select
  report_name,
  interval_from_on,
  interval_until_on,
  currency,
  bridge_line,
  bridge_category,
  cast(sum(movement_count) as int64) as movement_count,
  cast(sum(gross_minor) as int64) as gross_minor,
  cast(sum(fee_minor) as int64) as fee_minor,
  cast(sum(net_minor) as int64) as net_minor
from latest
where bridge_line is not null
group by report_name, interval_from_on, interval_until_on, currency, bridge_line, bridge_category
