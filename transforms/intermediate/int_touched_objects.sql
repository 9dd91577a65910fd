-- One row per charge, refund, dispute, transfer, reversal, payout or top-up at Stripe that the comparison of the period looks at, or that decides
-- what one of its balance transactions belongs to.
with sources as (
  select source_id_stripe
  from stripe.balance_transactions
  where source_id_stripe is not null and id_stripe in (select id_stripe from steps.int_touched_transactions)
)
select distinct id_stripe
from steps.int_object_links
where id_stripe in (select flow_id from steps.int_touched_flows)
  or whole_id_stripe in (select flow_id from steps.int_touched_flows)
  or balance_transaction_id_stripe in (select id_stripe from steps.int_touched_transactions)
  or failure_balance_transaction_id_stripe in (select id_stripe from steps.int_touched_transactions)
  or id_stripe in (select source_id_stripe from sources)
