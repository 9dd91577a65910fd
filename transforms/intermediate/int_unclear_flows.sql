-- One row per thing that our books or Stripe have of which the comparison is not clear at once: these are compared one by one.
select flow_id
from steps.int_compared_flows
where flow_id is not null
