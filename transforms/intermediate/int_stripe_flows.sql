-- One row per charge, refund, dispute, transfer or other source that moved the platform's balance at Stripe.
with moved as (
  select
    coalesce(source_id_stripe, id_stripe) as flow_id,
    case reporting_category
      when 'charge' then 'charge'
      when 'charge_failure' then 'charge'
      when 'refund' then 'refund'
      when 'refund_failure' then 'refund'
      when 'dispute' then 'dispute'
      when 'dispute_reversal' then 'dispute'
      when 'transfer' then 'payout'
      when 'payout' then 'platform'
      when 'payout_reversal' then 'platform'
      when 'topup' then 'platform'
      when 'topup_reversal' then 'platform'
      when 'fee' then 'platform'
      when 'tax' then 'platform'
      else 'other'
    end as flow_kind,
    amount_minor,
    currency,
    created_at
  from tantieme.stg_stripe__balance_transactions
),
sums as (
  select
    flow_id,
    max(flow_kind) as flow_kind,
    max(currency) as currency,
    cast(sum(amount_minor) as int64) as stripe_minor,
    min(created_at) as created_at
  from moved
  group by flow_id
)
select
  sums.flow_id,
  sums.flow_kind,
  coalesce(fn.batch_period(transfers.transfer_group), fn.month_of(sums.created_at)) as period,
  sums.currency,
  sums.stripe_minor,
  transfers.reversed_minor,
  transfers.destination_account_id_stripe
from sums
left join tantieme.stg_stripe__transfers as transfers on transfers.id_stripe = sums.flow_id
