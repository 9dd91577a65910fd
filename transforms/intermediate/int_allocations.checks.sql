-- allocations_equal_movement: The amounts allocated to the holders sum to the amount that buyers paid or got back.
with allocated as (
  select movement_id, sum(gross_amount) as gross_amount
  from tantieme.int_allocations
  group by movement_id
)
select movements.movement_id
from tantieme.int_revenue_movements as movements
left join allocated on allocated.movement_id = movements.movement_id
where coalesce(allocated.gross_amount, fn.to_numeric('0')) <> movements.amount_after - movements.amount_before;
