-- One row per payout that is booked in the period or was in suspense before it, or the reason why it cannot be booked yet. Stripe must have
-- its transfer, of that amount and to that account, and for no payout that was recorded before, if its records of that day have been read. Of a
-- charge with a destination, the amount is that of the transfer less the application fee; a refund of the fee is a payout of its own.
-- A payout by a bank file is reported only once the bank has answered for it, and has no transfer.
with sent as (
  select *
  from steps.int_first_reports
  where fact_kind = 'payout' and is_of_period
),
transfers as (
  select distinct
    transfers.id_stripe,
    transfers.currency,
    transfers.amount_minor - coalesce(charges.application_fee_minor, 0) as amount_minor,
    transfers.destination_account_id_stripe
  from stripe.transfers as transfers
  join sent on sent.transfer_id_stripe = transfers.id_stripe
  left join stripe.charges as charges
    on charges.made_transfer_id_stripe = transfers.id_stripe and charges.currency = transfers.currency
  union distinct
  select refunds.id_stripe, refunds.currency, refunds.amount_minor, transfers.destination_account_id_stripe
  from stripe.application_fee_refunds as refunds
  join sent on sent.transfer_id_stripe = refunds.id_stripe
  join stripe.charges as charges
    on charges.application_fee_id_stripe = refunds.application_fee_id_stripe and charges.currency = refunds.currency
  join stripe.transfers as transfers
    on transfers.id_stripe = charges.made_transfer_id_stripe and transfers.currency = charges.currency
),
first_claims as (
  select payouts.transfer_id_stripe, payouts.payout_id
  from raw.payout_sent as payouts
  join transfers on transfers.id_stripe = payouts.transfer_id_stripe
  where payouts.timestamp is not null
  qualify row_number() over (partition by payouts.transfer_id_stripe order by payouts.loaded_at, payouts.id) = 1
),
coverage as (
  select fn.day_number(max(covered_until_at)) as last_day
  from stripe.charge_coverage
),
known as (
  select creators.creator_id
  from tantieme.stg_rudder__creators as creators
  join sent on sent.creator_id = creators.creator_id
  union distinct
  select balances.creator_id
  from tantieme.balances as balances
  join sent on sent.creator_id = balances.creator_id
  where balances.period < $period
  union distinct
  select allocations.creator_id
  from steps.int_allocations as allocations
  join sent on sent.creator_id = allocations.creator_id
)
select
  sent.fact_id as payout_id,
  sent.creator_id,
  sent.payout_period,
  sent.amount,
  sent.currency,
  sent.account_id_stripe,
  sent.transfer_id_stripe,
  sent.payout_rail,
  sent.occurred_at,
  sent.recorded_at,
  sent.suspended_period,
  case
    when sent.occurred_at < $books_start_at then 'before_first_period'
    when sent.amount is null or sent.amount < 0 then 'amount_invalid'
    when currencies.currency is null then 'currency_unknown'
    when not fn.is_bookable(sent.amount, currencies.minor_per_unit) then 'amount_too_large'
    when not fn.is_minor(sent.amount, currencies.minor_per_unit) then 'amount_not_minor'
    when known.creator_id is null then 'creator_unknown'
    when sent.payout_rail is null and transfers.id_stripe is null and fn.day_number(sent.occurred_at) < coverage.last_day then 'payout_unconfirmed'
  end as exception_reason
from sent
cross join coverage
left join seeds.currencies as currencies on currencies.currency = sent.currency
left join first_claims on first_claims.transfer_id_stripe = sent.transfer_id_stripe and first_claims.payout_id = sent.fact_id
left join transfers
  on transfers.id_stripe = first_claims.transfer_id_stripe
  and transfers.currency = sent.currency
  and transfers.destination_account_id_stripe = sent.account_id_stripe
  and transfers.amount_minor = case
    when fn.is_bookable(sent.amount, currencies.minor_per_unit) then fn.minor_floor(sent.amount, currencies.minor_per_unit)
  end
left join known on known.creator_id = sent.creator_id
