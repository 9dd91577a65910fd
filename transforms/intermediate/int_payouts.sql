-- One row per payout that was sent in the period or was in suspense before it, or the reason why it cannot be booked yet.
with known as (
  select creator_id
  from tantieme.stg_rudder__creators
  union distinct
  select creator_id
  from tantieme.balances
  where period < $period
  union distinct
  select creator_id
  from steps.int_allocations
)
select
  payouts.payout_id,
  payouts.creator_id,
  payouts.payout_period,
  payouts.amount,
  payouts.currency,
  payouts.account_id_stripe,
  payouts.transfer_id_stripe,
  payouts.occurred_at,
  payouts.recorded_at,
  suspended.suspended_period,
  case
    when payouts.occurred_at < $books_start_at then 'before_first_period'
    when payouts.amount is null or payouts.amount < 0 then 'amount_invalid'
    when currencies.currency is null then 'currency_unknown'
    when not fn.is_bookable(payouts.amount) then 'amount_too_large'
    when not fn.is_minor(payouts.amount, currencies.minor_per_unit) then 'amount_not_minor'
    when known.creator_id is null then 'creator_unknown'
  end as exception_reason
from tantieme.stg_rudder__payouts as payouts
left join tantieme.suspended_facts as suspended
  on suspended.fact_id = payouts.payout_id and suspended.fact_kind = 'payout' and suspended.period = $previous_period
left join seeds.currencies as currencies on currencies.currency = payouts.currency
left join known on known.creator_id = payouts.creator_id
where suspended.fact_id is not null
  or (payouts.occurred_at < $ends_at and (payouts.occurred_at >= $starts_at or payouts.recorded_at >= $late_from_at))
