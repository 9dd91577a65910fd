-- allocations_equal_movement: The amounts allocated to the holders sum to the amount that buyers paid or got back.
with allocated as (
  select movement_number, sum(gross_amount) as gross_amount
  from steps.int_allocations
  group by movement_number
)
select moved.movement_id
from steps.int_movements as moved
left join allocated on allocated.movement_number = moved.movement_number
where coalesce(allocated.gross_amount, 0) <> moved.amount_after - moved.amount_before;
