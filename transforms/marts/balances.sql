-- One row per period, creator and currency: opening balance, changes, closing balance, and whether it is paid out.
-- A closed period has only what was recorded before its cutoff, so a payout that is reported later changes nothing in it.
with movements as (
  select period, creator_id, currency, line_kind as kind, line_amount_minor as minor
  from tantieme.statement_lines
  union all
  select payouts.period, payouts.creator_id, payouts.currency, 'payout' as kind, -fn.minor_floor(payouts.amount, currencies.minor_per_unit) as minor
  from tantieme.payouts as payouts
  join seeds.currencies as currencies on currencies.currency = payouts.currency
),
sums as (
  select
    periods.period,
    movements.creator_id,
    movements.currency,
    cast(sum(case when movements.period < periods.period then movements.minor else 0 end) as int64) as opening_minor,
    cast(sum(case when movements.period = periods.period and movements.kind = 'earning' then movements.minor else 0 end) as int64) as earnings_minor,
    cast(-sum(case when movements.period = periods.period and movements.kind = 'refund' then movements.minor else 0 end) as int64) as refunds_minor,
    cast(sum(case when movements.period = periods.period and movements.kind = 'adjustment' then movements.minor else 0 end) as int64) as adjustments_minor,
    cast(-sum(case when movements.period = periods.period and movements.kind = 'payout' then movements.minor else 0 end) as int64) as payouts_minor,
    cast(sum(movements.minor) as int64) as closing_minor
  from seeds.periods as periods
  join movements on movements.period <= periods.period
  group by periods.period, movements.creator_id, movements.currency
  having sum(case when movements.period = periods.period then 1 else 0 end) > 0
    or sum(movements.minor) <> 0
    or sum(case when movements.period < periods.period then movements.minor else 0 end) <> 0
),
ahead as (
  select periods.period, payouts.creator_id, payouts.currency, sum(payouts.amount) as amount
  from seeds.periods as periods
  left join ledger.closes as closes on closes.period = periods.period
  join tantieme.payouts as payouts on payouts.payout_period < periods.period and payouts.period > periods.period
  where payouts.recorded_at < coalesce(closes.cutoff_at, timestamp '9999-12-31 00:00:00+00')
  group by periods.period, payouts.creator_id, payouts.currency
),
disputed_sales as (
  select periods.period, disputes.sale_id
  from seeds.periods as periods
  join tantieme.int_disputes as disputes
    on disputes.period <= periods.period and (disputes.closed_period is null or disputes.closed_period > periods.period)
  group by periods.period, disputes.sale_id
),
earned as (
  select sales.period, sales.sale_id, royalties.creator_id, royalties.currency, sum(royalties.royalty_amount) as amount
  from disputed_sales as sales
  join tantieme.royalties as royalties on royalties.revenue_event_id = sales.sale_id and royalties.period <= sales.period
  group by sales.period, sales.sale_id, royalties.creator_id, royalties.currency
),
disputed as (
  select period, creator_id, currency, sum(amount) as amount
  from earned
  where amount > 0
  group by period, creator_id, currency
),
judged as (
  select
    sums.*,
    -fn.minor_floor(-coalesce(disputed.amount, fn.to_numeric('0')), currencies.minor_per_unit) as held_minor,
    fn.minor_floor(coalesce(ahead.amount, fn.to_numeric('0')), currencies.minor_per_unit) as paid_ahead_minor,
    minimums.minimum_minor,
    coalesce(carries.carried_in_exact, fn.to_numeric('0')) as carried_in_exact,
    coalesce(carries.carried_out_exact, fn.to_numeric('0')) as carried_out_exact,
    kyc.kyc_status,
    accounts.account_id_stripe,
    accounts.account_status
  from sums
  join seeds.currencies as currencies on currencies.currency = sums.currency
  join seeds.payout_minimums as minimums on minimums.currency = sums.currency
  left join tantieme.int_carries as carries
    on carries.period = sums.period and carries.creator_id = sums.creator_id and carries.currency = sums.currency
  left join disputed
    on disputed.period = sums.period and disputed.creator_id = sums.creator_id and disputed.currency = sums.currency
  left join ahead
    on ahead.period = sums.period and ahead.creator_id = sums.creator_id and ahead.currency = sums.currency
  left join tantieme.stg_rudder__creator_kyc as kyc on kyc.creator_id = sums.creator_id
  left join tantieme.stg_rudder__payout_accounts as accounts on accounts.creator_id = sums.creator_id
),
reasoned as (
  select
    *,
    case
      when closing_minor = paid_ahead_minor then 'nothing_owed'
      when closing_minor < paid_ahead_minor then 'negative_balance'
      when closing_minor - paid_ahead_minor <= held_minor then 'frozen_by_dispute'
      when kyc_status is null or kyc_status <> 'verified' then 'identity_not_verified'
      when account_id_stripe is null then 'payout_account_missing'
      when account_status <> 'active' then 'payout_account_not_active'
      when closing_minor - paid_ahead_minor - held_minor < minimum_minor then 'below_minimum'
      else 'payable'
    end as payout_reason
  from judged
)
select
  period,
  creator_id,
  currency,
  opening_minor,
  earnings_minor,
  refunds_minor,
  adjustments_minor,
  payouts_minor,
  closing_minor,
  held_minor,
  paid_ahead_minor,
  minimum_minor,
  case when payout_reason = 'payable' then closing_minor - paid_ahead_minor - held_minor else 0 end as payable_minor,
  payout_reason,
  account_id_stripe,
  carried_in_exact,
  carried_out_exact
from reasoned
