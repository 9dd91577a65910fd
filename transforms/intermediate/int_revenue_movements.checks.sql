-- refunds_within_sale (by period): The refunds of a sale do not exceed the amount paid.
select refunds.sale_id, max(assignments.period) as period
from tantieme.stg_rudder__refunds as refunds
join tantieme.int_period_assignments as assignments
  on assignments.assigned_id = refunds.refund_id and assignments.assigned_kind = 'refund'
join tantieme.stg_rudder__sales as sales on sales.sale_id = refunds.sale_id
group by refunds.sale_id, sales.amount
having sum(refunds.amount) > sales.amount;

-- reduction_of_known_sale (by period): Every refund and dispute refers to a recorded sale.
with reductions as (
  select refund_id as movement_id, 'refund' as assigned_kind, sale_id
  from tantieme.stg_rudder__refunds
  union all
  select dispute_id as movement_id, 'dispute' as assigned_kind, sale_id
  from tantieme.stg_rudder__disputes
)
select reductions.movement_id, assignments.period
from reductions
join tantieme.int_period_assignments as assignments
  on assignments.assigned_id = reductions.movement_id and assignments.assigned_kind = reductions.assigned_kind
left join tantieme.stg_rudder__sales as sales on sales.sale_id = reductions.sale_id
where sales.sale_id is null;

-- movement_in_currency_of_event (by period): A movement has the currency of its revenue event.
select movements.movement_id, movements.period
from tantieme.int_revenue_movements as movements
join tantieme.int_rated_events as rated_events on rated_events.revenue_event_id = movements.revenue_event_id
where movements.currency <> rated_events.currency;
