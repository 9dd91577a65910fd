-- One row per balance transaction at Stripe of a flow that is not clear.
select known.*
from steps.int_known_movements as known
join steps.int_unclear_flows as unclear on unclear.flow_id = known.flow_id
