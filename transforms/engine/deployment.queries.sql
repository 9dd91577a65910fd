-- deployed: The hash of the last deployment; one row, or none.
select deployment_hash
from seeds.deployment;
