-- allocations_equal_movement: The amounts allocated to the holders sum to the amount that buyers paid or got back.
with moved as (
  select movement_id, amount_after - amount_before as amount
  from steps.int_sale_movements
  union all
  select movement_id, amount
  from steps.int_usage_by_terms
),
allocated as (
  select movement_id, sum(gross_amount) as gross_amount
  from steps.int_allocations
  group by movement_id
)
select moved.movement_id
from moved
left join allocated on allocated.movement_id = moved.movement_id
where coalesce(allocated.gross_amount, fn.to_numeric('0')) <> moved.amount;
