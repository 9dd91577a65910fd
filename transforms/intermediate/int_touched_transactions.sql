-- One row per balance transaction at Stripe of what the comparison of the period looks at, in whatever month, and per half of a pair, which may have
-- its other half anywhere.
with parts as (
  select id_stripe, balance_transaction_id_stripe, failure_balance_transaction_id_stripe
  from steps.int_object_links
  where id_stripe in (select flow_id from steps.int_touched_flows)
    or whole_id_stripe in (select flow_id from steps.int_touched_flows)
),
named as (
  select flow_id as id_stripe
  from steps.int_touched_flows
  union all
  select balance_transaction_id_stripe as id_stripe
  from parts
  where balance_transaction_id_stripe is not null
  union all
  select failure_balance_transaction_id_stripe as id_stripe
  from parts
  where failure_balance_transaction_id_stripe is not null
),
sources as (
  select flow_id as id_stripe
  from steps.int_touched_flows
  union all
  select id_stripe
  from parts
)
select distinct id_stripe
from stripe.balance_transactions
where id_stripe is not null
  and (
    id_stripe in (select id_stripe from named)
    or source_id_stripe in (select id_stripe from sources)
    or reporting_category in (select reporting_category from seeds.stripe_categories where category_pair is not null)
  )
