-- One row per movement that our books expect of a flow that is not clear.
select ours.*
from steps.int_ledger_movements as ours
join steps.int_unclear_flows as unclear on unclear.flow_id = ours.flow_id
