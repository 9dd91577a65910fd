-- One row per reversal of a payout that is booked in the period or was in suspense before it, or the reason why it cannot be booked yet; and per
-- later reversal of a payout that was sent after the period too (not is_of_period). What it takes back must be booked with that transfer, and in
-- all not more than was sent, with the application fee that was taken back of the transfer of a charge with a destination; and Stripe must have the reversal, of that transfer and amount, if its records of that day have been read.
-- What a bank has returned is reported by its answer alone.
with reported as (
  select *
  from steps.int_first_reports
  where fact_kind = 'payout_reversal' and (is_of_period or occurred_at >= $ends_at)
),
named as (
  select distinct payout_id
  from reported
),
sent as (
  select payouts.payout_id, payouts.creator_id, payouts.payout_period, payouts.amount, payouts.currency, payouts.transfer_id_stripe, true as is_booked
  from tantieme.payouts as payouts
  join named on named.payout_id = payouts.payout_id
  where payouts.period <= $period
  union all
  select later.fact_id as payout_id, later.creator_id, later.payout_period, later.amount, later.currency, later.transfer_id_stripe, false as is_booked
  from steps.int_first_reports as later
  join seeds.currencies as currencies on currencies.currency = later.currency
  where later.fact_kind = 'payout' and later.occurred_at >= $ends_at and fn.is_bookable(later.amount, currencies.minor_per_unit)
),
fees as (
  select sent.transfer_id_stripe, charges.currency, max(charges.application_fee_minor) as fee_minor
  from sent
  join stripe.charges as charges on charges.made_transfer_id_stripe = sent.transfer_id_stripe
  where charges.application_fee_minor is not null
  group by sent.transfer_id_stripe, charges.currency
),
reversed_before as (
  select reversals.payout_id, sum(reversals.amount) as amount
  from tantieme.payout_reversals as reversals
  join named on named.payout_id = reversals.payout_id
  where reversals.period < $period
  group by reversals.payout_id
),
at_stripe as (
  select distinct reversals.id_stripe, reversals.transfer_id_stripe, reversals.currency, reversals.amount_minor
  from stripe.transfer_reversals as reversals
  join reported on reported.fact_id = reversals.id_stripe
),
coverage as (
  select fn.day_number(max(covered_until_at)) as last_day
  from stripe.charge_coverage
),
judged as (
  select
    reported.fact_id as reversal_id_stripe,
    reported.message_id,
    reported.payout_id,
    coalesce(sent.creator_id, reported.creator_id) as creator_id,
    coalesce(sent.payout_period, reported.payout_period) as payout_period,
    reported.amount,
    reported.currency,
    reported.account_id_stripe,
    reported.transfer_id_stripe,
    reported.payout_rail,
    reported.occurred_at,
    reported.recorded_at,
    reported.suspended_period,
    reported.is_of_period,
    sent.amount + coalesce(fn.minor_amount(fees.fee_minor, currencies.minor_per_unit), 0) as sent_amount,
    coalesce(reversed_before.amount, 0) as reversed_before_amount,
    case
      when reported.occurred_at < $books_start_at then 'before_first_period'
      when reported.amount is null or reported.amount < 0 then 'amount_invalid'
      when currencies.currency is null then 'currency_unknown'
      when not fn.is_bookable(reported.amount, currencies.minor_per_unit) then 'amount_too_large'
      when not fn.is_minor(reported.amount, currencies.minor_per_unit) then 'amount_not_minor'
      when sent.payout_id is null then 'payout_unknown'
      when sent.currency <> reported.currency then 'currency_differs'
      when reported.payout_rail is null and at_stripe.id_stripe is null and fn.day_number(reported.occurred_at) < coverage.last_day then 'reversal_unconfirmed'
    end as own_reason
  from reported
  cross join coverage
  left join seeds.currencies as currencies on currencies.currency = reported.currency
  left join sent
    on sent.payout_id = reported.payout_id
    and sent.transfer_id_stripe = reported.transfer_id_stripe
    and sent.is_booked = reported.is_of_period
  left join fees on fees.transfer_id_stripe = sent.transfer_id_stripe and fees.currency = sent.currency
  left join reversed_before on reversed_before.payout_id = reported.payout_id
  left join at_stripe
    on at_stripe.id_stripe = reported.fact_id
    and at_stripe.transfer_id_stripe = reported.transfer_id_stripe
    and at_stripe.currency = reported.currency
    and at_stripe.amount_minor = case
      when fn.is_bookable(reported.amount, currencies.minor_per_unit) then fn.minor_floor(reported.amount, currencies.minor_per_unit)
    end
),
counted as (
  select
    *,
    reversed_before_amount + sum(case when own_reason is null then amount else 0 end) over (
      partition by payout_id, is_of_period
      order by recorded_at, message_id, reversal_id_stripe
      rows between unbounded preceding and current row
    ) as reversed_amount
  from judged
)
select
  reversal_id_stripe,
  payout_id,
  creator_id,
  payout_period,
  amount,
  currency,
  account_id_stripe,
  transfer_id_stripe,
  payout_rail,
  occurred_at,
  recorded_at,
  suspended_period,
  is_of_period,
  case
    when own_reason is not null then own_reason
    when reversed_amount > sent_amount then 'reversal_exceeds_payout'
  end as exception_reason
from counted
where is_of_period or sent_amount is not null
