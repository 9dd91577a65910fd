-- One row per report of a sale, invoice, refund, dispute, its outcome, payout or its reversal, with what Stripe has moved for it (flow_id).
select sale_id as fact_id, coalesce(charge_id_stripe, sale_id) as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.license_purchased
union all
select sale_id as fact_id, coalesce(charge_id_stripe, sale_id) as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.subscription_started
union all
select sale_id as fact_id, coalesce(charge_id_stripe, sale_id) as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.subscription_renewed
union all
select invoice_id as fact_id, coalesce(charge_id_stripe, invoice_id) as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.usage_invoiced
union all
select refund_id as fact_id, refund_id_stripe as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.license_refunded
union all
select dispute_id as fact_id, dispute_id_stripe as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.dispute_opened
union all
select opened.dispute_id as fact_id, opened.dispute_id_stripe as flow_id, outcomes.occurred_at, outcomes.recorded_at, cast(null as string) as payout_period
from raw.dispute_opened as opened
join tantieme.stg_rudder__dispute_outcomes as outcomes on outcomes.dispute_id = opened.dispute_id
union all
select payout_id as fact_id, transfer_id_stripe as flow_id, timestamp as occurred_at, loaded_at as recorded_at, payout_period
from raw.payout_sent
union all
select reversal_id_stripe as fact_id, transfer_id_stripe as flow_id, timestamp as occurred_at, loaded_at as recorded_at, cast(null as string) as payout_period
from raw.payout_reversed
