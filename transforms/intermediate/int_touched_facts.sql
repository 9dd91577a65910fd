-- One row per sale, invoice, refund, dispute, payout or reversal of one that may be a part of what the comparison of the period looks at.
select distinct fact_id
from steps.int_fact_flows
where fact_id is not null and flow_id in (select flow_id from steps.int_touched_flows)
