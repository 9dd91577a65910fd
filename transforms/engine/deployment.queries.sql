-- deployed: One row: what the warehouse was last brought up to.
select deployment_hash
from seeds.deployment;
