-- One row per period and fact that is booked but needs a look: a sale whose charge Stripe does not have, or which exceeds a charge that
-- became known later. What it earned is on hold as long as it is listed. It is looked at again in every period.
with booked as (
  select sale_id, asset_id, developer_id, amount, currency, occurred_at, recorded_at, $period as flagged_period
  from steps.int_sales
  where exception_reason is null
  union all
  select fact_id as sale_id, asset_id, developer_id, flagged_amount as amount, currency, occurred_at, recorded_at, flagged_period
  from tantieme.flagged_facts
  where period = $previous_period and exception_reason in ('charge_exceeded', 'charge_missing')
)
select
  $period as period,
  'sale' as fact_kind,
  booked.sale_id as fact_id,
  doubtful.exception_reason,
  booked.flagged_period,
  booked.asset_id,
  booked.developer_id,
  booked.sale_id,
  booked.amount as flagged_amount,
  booked.currency,
  booked.occurred_at,
  booked.recorded_at
from booked
join steps.int_doubtful_sales as doubtful on doubtful.sale_id = booked.sale_id
