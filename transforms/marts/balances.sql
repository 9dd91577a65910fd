-- One row per period, creator and currency: opening balance, changes, closing balance, and whether it is paid out.
-- A closed period has only what was recorded before its cutoff, so a payout that is reported later changes nothing in it. A payout that Stripe
-- does not confirm is not booked, and its amount is on hold; what came back of a payout is owed again.
with movements as (
  select creator_id, currency, 'opening' as kind, closing_minor as minor
  from tantieme.balances
  where period = $previous_period
  union all
  select creator_id, currency, line_kind as kind, line_amount_minor as minor
  from tantieme.statement_lines
  where period = $period
  union all
  select creator_id, currency, 'withholding' as kind, -withheld_minor as minor
  from tantieme.withholdings
  where period = $period
  union all
  select payouts.creator_id, payouts.currency, 'payout' as kind, -fn.minor_floor(payouts.amount, currencies.minor_per_unit) as minor
  from tantieme.payouts as payouts
  join seeds.currencies as currencies on currencies.currency = payouts.currency
  where payouts.period = $period
  union all
  select reversals.creator_id, reversals.currency, 'payout_reversal' as kind, fn.minor_floor(reversals.amount, currencies.minor_per_unit) as minor
  from tantieme.payout_reversals as reversals
  join seeds.currencies as currencies on currencies.currency = reversals.currency
  where reversals.period = $period
),
sums as (
  select
    creator_id,
    currency,
    cast(sum(case when kind = 'opening' then minor else 0 end) as int64) as opening_minor,
    cast(sum(case when kind = 'earning' then minor else 0 end) as int64) as earnings_minor,
    cast(-sum(case when kind = 'refund' then minor else 0 end) as int64) as refunds_minor,
    cast(sum(case when kind = 'adjustment' then minor else 0 end) as int64) as adjustments_minor,
    cast(-sum(case when kind = 'withholding' then minor else 0 end) as int64) as withheld_minor,
    cast(-sum(case when kind = 'payout' then minor else 0 end) as int64) as payouts_minor,
    cast(sum(case when kind = 'payout_reversal' then minor else 0 end) as int64) as payout_reversals_minor,
    cast(sum(minor) as int64) as closing_minor
  from movements
  group by creator_id, currency
  having sum(case when kind = 'opening' then 0 else 1 end) > 0
    or sum(minor) <> 0
    or sum(case when kind = 'opening' then minor else 0 end) <> 0
),
later as (
  select sent.creator_id, sent.currency, sent.amount
  from steps.int_first_reports as sent
  join seeds.currencies as currencies on currencies.currency = sent.currency
  where sent.fact_kind = 'payout'
    and sent.payout_period < $period
    and sent.occurred_at >= $ends_at
    and fn.is_bookable(sent.amount, currencies.minor_per_unit)
  union all
  select creator_id, currency, -amount as amount
  from steps.int_payout_reversals
  where not is_of_period and payout_period < $period and exception_reason is null
),
ahead as (
  select creator_id, currency, sum(later.amount) as amount
  from later
  group by creator_id, currency
),
unconfirmed as (
  select creator_id, currency, sum(amount) as amount
  from steps.int_payouts
  where exception_reason = 'payout_unconfirmed'
  group by creator_id, currency
),
holds as (
  select sale_id, 1 as is_disputed
  from steps.int_disputed_sales
  union all
  select fact_id as sale_id, 0 as is_disputed
  from tantieme.flagged_facts
  where period = $period and exception_reason in ('charge_exceeded', 'charge_missing', 'license_repeated')
),
held_sales as (
  select sale_id, max(is_disputed) as is_disputed
  from holds
  group by sale_id
),
earned as (
  select allocations.sale_id, allocations.creator_id, allocations.currency, max(held_sales.is_disputed) as is_disputed, sum(allocations.royalty_amount) as amount
  from tantieme.sale_allocations as allocations
  join held_sales on held_sales.sale_id = allocations.sale_id
  where allocations.period <= $period
  group by allocations.sale_id, allocations.creator_id, allocations.currency
),
held as (
  select creator_id, currency, sum(amount) as amount, sum(case when is_disputed = 1 then amount else 0 end) as disputed_amount
  from earned
  where amount > 0
  group by creator_id, currency
),
judged as (
  select
    sums.*,
    -fn.minor_floor(-coalesce(held.amount, 0), currencies.minor_per_unit) as doubtful_minor,
    fn.minor_floor(coalesce(unconfirmed.amount, 0), currencies.minor_per_unit) as unconfirmed_minor,
    -fn.minor_floor(-coalesce(held.disputed_amount, 0), currencies.minor_per_unit) as disputed_minor,
    fn.minor_floor(coalesce(ahead.amount, 0), currencies.minor_per_unit) as paid_ahead_minor,
    minimums.minimum_minor,
    coalesce(at_stripe.minimum_minor, 0) as stripe_minimum_minor,
    coalesce(carries.carried_in_exact, 0) as carried_in_exact,
    coalesce(carries.carried_out_exact, 0) as carried_out_exact,
    kyc.kyc_status,
    accounts.account_id_stripe,
    accounts.account_status
  from sums
  join seeds.currencies as currencies on currencies.currency = sums.currency
  join seeds.payout_minimums as minimums on minimums.currency = sums.currency
  left join tantieme.carried_fractions as carries
    on carries.period = $period and carries.creator_id = sums.creator_id and carries.currency = sums.currency
  left join held on held.creator_id = sums.creator_id and held.currency = sums.currency
  left join unconfirmed on unconfirmed.creator_id = sums.creator_id and unconfirmed.currency = sums.currency
  left join ahead on ahead.creator_id = sums.creator_id and ahead.currency = sums.currency
  left join tantieme.stg_rudder__creator_kyc as kyc on kyc.creator_id = sums.creator_id
  left join tantieme.stg_rudder__payout_accounts as accounts on accounts.creator_id = sums.creator_id
  left join tantieme.stg_stripe__accounts as connected on connected.id_stripe = accounts.account_id_stripe
  left join seeds.stripe_payout_minimums as at_stripe
    on at_stripe.country = connected.country and at_stripe.currency = sums.currency
),
totalled as (
  select *, doubtful_minor + unconfirmed_minor as held_minor
  from judged
),
reasoned as (
  select
    *,
    case
      when closing_minor = paid_ahead_minor then 'nothing_owed'
      when closing_minor < paid_ahead_minor then 'negative_balance'
      when closing_minor - paid_ahead_minor <= disputed_minor then 'frozen_by_dispute'
      when closing_minor - paid_ahead_minor <= doubtful_minor then 'charge_unconfirmed'
      when closing_minor - paid_ahead_minor <= held_minor then 'payout_unconfirmed'
      when kyc_status is null or kyc_status <> 'verified' then 'identity_not_verified'
      when account_id_stripe is null then 'payout_account_missing'
      when account_status <> 'active' then 'payout_account_not_active'
      when closing_minor - paid_ahead_minor - held_minor < minimum_minor then 'below_minimum'
      when closing_minor - paid_ahead_minor - held_minor < stripe_minimum_minor then 'below_stripe_minimum'
      else 'payable'
    end as payout_reason
  from totalled
)
select
  $period as period,
  creator_id,
  currency,
  opening_minor,
  earnings_minor,
  refunds_minor,
  adjustments_minor,
  withheld_minor,
  payouts_minor,
  payout_reversals_minor,
  closing_minor,
  held_minor,
  paid_ahead_minor,
  case when stripe_minimum_minor > minimum_minor then stripe_minimum_minor else minimum_minor end as minimum_minor,
  case when payout_reason = 'payable' then closing_minor - paid_ahead_minor - held_minor else 0 end as payable_minor,
  payout_reason,
  account_id_stripe,
  carried_in_exact,
  carried_out_exact
from reasoned
