-- One row per movement in our books or at Stripe that belongs to the period, with the result of comparing the two: that of our books if
-- they have it, and of a break the last one, otherwise the month in which Stripe created it. Amounts are compared as the buyer saw them,
-- whatever they became in the balance. Where our books have several parts of a movement, such as a sale that is void and reported again,
-- and all movements of the same thing give the same sum on both sides, they match. The reversals of a transfer are one movement a month;
-- the last withdrawal of a dispute is one by itself if our books have those before it. What is void in our books and was never at Stripe is
-- no movement. A charge that is pending at Stripe, or has failed and moved nothing in all, need not be in our books. A row of a type or
-- balance that is not known is a break, and compared by its category. What our books have and Stripe has not moved yet is in progress. What is Stripe's own is judged by itself: a payout to the bank by the
-- record of it, and what always comes in pairs by its pair. What Stripe has transferred by itself for a charge, less its application fee, and our books have in its own month, was promised by no balance. A payout may be made again once it came back: nobody may keep more than was promised, and nobody be sent less.
-- What was promised is what the seal of the period covers: the closing balance less what was paid ahead and what is on hold.
with theirs as (
  select
    flow_id,
    flow_kind,
    cash_movement,
    case when cash_movement = 'transfer_reversal' then stripe_period else '' end as reversal_month,
    max(own_currency) as own_currency,
    cast(sum(own_minor) as int64) as stripe_minor,
    max(settled_currency) as settled_currency,
    cast(sum(settled_minor) as int64) as settled_minor,
    cast(sum(fee_minor) as int64) as fee_minor,
    min(stripe_period) as stripe_period,
    min(own_currency) = max(own_currency) as is_one_currency,
    max(case when link_status = 'links_differ' then 1 else 0 end) as differing_links,
    max(account_id_stripe) as account_id_stripe,
    max(description_stripe) as description_stripe,
    min(created_at) as created_at
  from steps.int_unclear_movements
  where coalesce(movement_class, 'reported') = 'reported'
    and flow_kind in ('charge', 'refund', 'dispute', 'transfer')
    and link_status <> 'unlinked'
    and not (flow_kind = 'charge' and account_id_stripe is not null)
  group by flow_id, flow_kind, cash_movement, case when cash_movement = 'transfer_reversal' then stripe_period else '' end
),
latest as (
  select flow_id, cash_movement, own_minor as latest_minor, settled_minor as latest_settled_minor, fee_minor as latest_fee_minor, stripe_period as latest_period, created_at as latest_at
  from steps.int_unclear_movements
  where coalesce(movement_class, 'reported') = 'reported' and link_status <> 'unlinked' and flow_kind = 'dispute'
  qualify row_number() over (partition by flow_id, cash_movement order by created_at desc, id_stripe desc) = 1
),
compared as (
  select
    coalesce(ours.flow_id, theirs.flow_id) as flow_id,
    coalesce(ours.flow_kind, theirs.flow_kind) as flow_kind,
    coalesce(ours.cash_movement, theirs.cash_movement) as cash_movement,
    coalesce(ours.reversal_month, theirs.reversal_month) as reversal_month,
    ours.ledger_period,
    ours.last_ledger_period,
    ours.currency as ledger_currency,
    ours.ledger_minor,
    ours.least_minor,
    ours.account_id_stripe as ledger_account,
    theirs.stripe_period,
    case when ours.ledger_minor = theirs.stripe_minor - latest.latest_minor then latest.latest_period end as unreported_period,
    latest.latest_minor,
    latest.latest_settled_minor,
    latest.latest_fee_minor,
    latest.latest_at,
    theirs.own_currency,
    theirs.stripe_minor,
    theirs.settled_currency,
    theirs.settled_minor,
    theirs.fee_minor,
    theirs.account_id_stripe,
    theirs.description_stripe,
    theirs.created_at,
    coalesce(ours.flow_count, 0) as flow_count,
    case
      when theirs.differing_links = 1 then 'links_differ'
      when not (ours.is_one_currency and theirs.is_one_currency) or ours.currency <> theirs.own_currency then 'currency_differs'
      when ours.cash_movement = 'transfer' and ours.flow_count > 1 then 'duplicate'
      when ours.cash_movement = 'transfer' and theirs.flow_id is not null and coalesce(theirs.account_id_stripe, '') <> ours.account_id_stripe then 'wrong_destination'
      when ours.ledger_minor = theirs.stripe_minor then 'matched'
    end as first_status
  from steps.int_unclear_ledger_movements as ours
  full join theirs
    on theirs.flow_id = ours.flow_id and theirs.cash_movement = ours.cash_movement and theirs.reversal_month = coalesce(ours.reversal_month, '')
  left join latest on latest.flow_id = theirs.flow_id and latest.cash_movement = theirs.cash_movement
),
unequal as (
  select distinct flow_id
  from compared
  where first_status is null
),
objects as (
  select id_stripe, object_kind, flow_kind, status_stripe, amount_minor, is_in_progress
  from tantieme.int_stripe_objects
  where id_stripe in (
    select flow_id from steps.int_unclear_ledger_movements
    union distinct
    select flow_id from steps.int_unclear_movements
  )
),
destined as (
  select charges.made_transfer_id_stripe as flow_id
  from stripe.charges as charges
  join unequal on unequal.flow_id = charges.made_transfer_id_stripe
  union distinct
  select id_stripe as flow_id
  from objects
  where object_kind = 'application_fee_refund'
),
totals as (
  select
    compared.flow_id,
    sum(coalesce(compared.ledger_minor, 0)) as ledger_total,
    sum(coalesce(compared.stripe_minor, 0)) as stripe_total,
    sum(compared.flow_count) as total_count,
    max(compared.flow_count) as part_count,
    count(compared.stripe_period) as stripe_count,
    count(compared.ledger_period) as ledger_count,
    max(case when objects.object_kind = 'charge' then objects.status_stripe end) as charge_status,
    max(case when objects.is_in_progress then 1 else 0 end) as open_count
  from compared
  join unequal on unequal.flow_id = compared.flow_id
  left join objects on objects.id_stripe = compared.flow_id and objects.flow_kind = compared.flow_kind
  group by compared.flow_id
),
matched as (
  select
    compared.*,
    case
      when compared.first_status is not null then compared.first_status
      when totals.part_count > 1 and totals.stripe_count > 0 and totals.ledger_total = totals.stripe_total then 'matched'
      when totals.ledger_count = 0 and (totals.charge_status = 'pending' or (totals.charge_status = 'failed' and totals.stripe_total = 0)) then 'own'
      when compared.ledger_period is null and compared.cash_movement = 'transfer_reversal' then 'reversed_after_settlement'
      when compared.ledger_period is null and destined.flow_id is not null then 'destination_charge'
      when compared.ledger_period is null then 'missing_in_ledger'
      when totals.stripe_count = 0 and totals.open_count > 0 then 'in_progress'
      when compared.stripe_period is null then 'missing_in_stripe'
      when compared.unreported_period is not null then 'missing_in_ledger'
      when compared.flow_kind in ('charge', 'refund') and compared.flow_count > 1 and case when compared.flow_kind = 'refund' then compared.stripe_minor - compared.ledger_minor else compared.ledger_minor - compared.stripe_minor end >= compared.least_minor then 'duplicate'
      else 'amount_differs'
    end as match_status
  from compared
  left join totals on totals.flow_id = compared.flow_id
  left join destined on destined.flow_id = compared.flow_id
  where totals.flow_id is null or totals.stripe_count > 0 or totals.total_count > 0
),
bank as (
  select
    movements.flow_id,
    sum(movements.settled_minor) as moved_minor,
    max(case when objects.status_stripe in ('failed', 'canceled', 'reversed') then 0 else objects.amount_minor end) as expected_minor
  from steps.int_unclear_movements as movements
  join objects on objects.id_stripe = movements.flow_id
  where movements.flow_kind in ('payout', 'topup')
  group by movements.flow_id
),
debits as (
  select flow_id
  from steps.int_unclear_movements
  where flow_kind = 'charge' and account_id_stripe is not null
  group by flow_id
  having sum(own_minor) = 0
),
halves as (
  select
    movements.id_stripe,
    case when movements.settled_minor < 0 then 1 else 0 end as is_taken,
    movements.balance_type,
    movements.settled_currency,
    categories.category_pair,
    case when movements.settled_minor < 0 then -movements.settled_minor else movements.settled_minor end as pair_minor,
    movements.created_at
  from steps.int_unclear_movements as movements
  join seeds.stripe_categories as categories on categories.reporting_category = movements.reporting_category
  where categories.category_pair is not null
),
ranked_halves as (
  select
    *,
    row_number() over (partition by category_pair, balance_type, settled_currency, pair_minor, is_taken order by created_at, id_stripe) as half_rank,
    sum(is_taken) over (partition by category_pair, balance_type, settled_currency, pair_minor) as taken_count,
    sum(1 - is_taken) over (partition by category_pair, balance_type, settled_currency, pair_minor) as given_count
  from halves
),
unpaired as (
  select id_stripe
  from ranked_halves
  where half_rank > case when is_taken = 1 then given_count else taken_count end
),
by_itself as (
  select
    movements.*,
    case
      when movements.movement_class is null then 'unclassified'
      when movements.link_status <> 'linked' then movements.link_status
      when movements.flow_kind in ('payout', 'topup') and bank.flow_id is null then 'unlinked'
      when movements.expected_sign * movements.settled_minor < 0 then 'sign_differs'
      when unpaired.id_stripe is not null then 'unpaired'
      when movements.movement_class = 'reported' and debits.flow_id is null then 'account_debited'
      when bank.moved_minor <> bank.expected_minor and bank.moved_minor <> -bank.expected_minor then 'record_differs'
      when movements.cash_movement = 'payout_reversal' then 'payout_failed'
      when movements.cash_movement = 'topup_reversal' then 'topup_reversed'
      when movements.movement_class = 'unexplained' then 'unexplained'
      else 'own'
    end as match_status
  from steps.int_unclear_movements as movements
  left join bank on bank.flow_id = movements.flow_id
  left join debits on debits.flow_id = movements.flow_id
  left join unpaired on unpaired.id_stripe = movements.id_stripe
  where coalesce(movements.movement_class, '') <> 'reported' or movements.link_status = 'unlinked' or (movements.flow_kind = 'charge' and movements.account_id_stripe is not null)
),
fees as (
  select movements.*
  from steps.int_unclear_movements as movements
  join seeds.stripe_fee_limits as limits
    on limits.cash_movement = movements.cash_movement and limits.currency = movements.settled_currency
  join seeds.currencies as currencies on currencies.currency = movements.settled_currency
  where movements.fee_minor > limits.most_fixed_minor
    and fn.minor_amount(movements.fee_minor - limits.most_fixed_minor, currencies.minor_per_unit) > fn.bps_of(
      fn.minor_amount(case when movements.settled_minor < 0 then -movements.settled_minor else movements.settled_minor end, currencies.minor_per_unit),
      limits.most_fee_bps
    )
),
voided as (
  select root_kind, root_id
  from steps.int_known_corrections
  where root_kind in ('payout', 'payout_reversal')
  group by root_kind, root_id
  having sum(chain_effect) = 1
),
paid as (
  select payouts.creator_id, payouts.currency, payouts.payout_period, sum(payouts.amount) as amount
  from tantieme.stg_rudder__payouts as payouts
  left join voided on voided.root_id = payouts.payout_id and voided.root_kind = 'payout'
  where payouts.payout_period <> coalesce(fn.month_of(payouts.occurred_at), '') and voided.root_id is null
  group by payouts.creator_id, payouts.currency, payouts.payout_period
),
came_back as (
  select payouts.creator_id, payouts.currency, payouts.payout_period, sum(reversals.amount) as amount
  from tantieme.stg_rudder__payout_reversals as reversals
  join tantieme.stg_rudder__payouts as payouts on payouts.payout_id = reversals.payout_id and payouts.currency = reversals.currency
  left join voided on voided.root_id = reversals.reversal_id_stripe and voided.root_kind = 'payout_reversal'
  where payouts.payout_period <> coalesce(fn.month_of(payouts.occurred_at), '') and voided.root_id is null
  group by payouts.creator_id, payouts.currency, payouts.payout_period
),
told as (
  select
    matched.*,
    matched.match_status = 'missing_in_ledger' and matched.unreported_period is not null as is_last_only,
    case
      when matched.match_status = 'missing_in_ledger' and matched.unreported_period is not null then matched.unreported_period
      when matched.match_status = 'matched' then coalesce(matched.ledger_period, matched.stripe_period)
      else coalesce(matched.last_ledger_period, matched.stripe_period)
    end as period
  from matched
),
promised as (
  select
    paid.creator_id,
    paid.currency,
    paid.payout_period,
    fn.minor_floor(paid.amount, currencies.minor_per_unit) as paid_minor,
    fn.minor_floor(paid.amount - coalesce(came_back.amount, 0), currencies.minor_per_unit) as kept_minor,
    case when balances.payable_minor > 0 then balances.closing_minor - balances.paid_ahead_minor - balances.held_minor else 0 end as payable_minor,
    transfers.transfer_step_minor
  from paid
  join seeds.currencies as currencies on currencies.currency = paid.currency
  join seeds.stripe_transfer_steps as transfers on transfers.currency = paid.currency
  join ledger.closes as closes on closes.period = paid.payout_period
  left join came_back on came_back.creator_id = paid.creator_id and came_back.currency = paid.currency and came_back.payout_period = paid.payout_period
  left join ledger.balances as balances on balances.creator_id = paid.creator_id and balances.currency = paid.currency and balances.period = paid.payout_period
  where fn.is_bookable(paid.amount, currencies.minor_per_unit)
),
results as (
  select
    period,
    cash_movement || ':' || flow_id || case when coalesce(reversal_month, '') in ('', period) then '' else ':' || reversal_month end as break_id,
    flow_id,
    flow_kind,
    cash_movement,
    match_status,
    coalesce(ledger_currency, own_currency) as currency,
    case when not is_last_only then ledger_minor end as ledger_minor,
    case when is_last_only then latest_minor else stripe_minor end as stripe_minor,
    own_currency as stripe_currency,
    settled_currency,
    case when is_last_only then latest_settled_minor else settled_minor end as settled_minor,
    case when is_last_only then latest_fee_minor else fee_minor end as fee_minor,
    ledger_period,
    case when is_last_only then unreported_period else stripe_period end as stripe_period,
    coalesce(account_id_stripe, case when ledger_account <> '' then ledger_account end) as account_id_stripe,
    description_stripe,
    case when is_last_only then latest_at else created_at end as created_at
  from told
  union all
  select stripe_period as period, 'transaction:' || id_stripe as break_id, flow_id, flow_kind, cash_movement, match_status, own_currency as currency, null as ledger_minor, own_minor as stripe_minor, own_currency as stripe_currency, settled_currency, settled_minor, fee_minor, cast(null as string) as ledger_period, stripe_period, account_id_stripe, description_stripe, created_at
  from by_itself
  union all
  select stripe_period as period, 'fee:' || id_stripe as break_id, flow_id, flow_kind, 'other' as cash_movement, 'fee_differs' as match_status, settled_currency as currency, null as ledger_minor, fee_minor as stripe_minor, settled_currency as stripe_currency, settled_currency, settled_minor, fee_minor, cast(null as string) as ledger_period, stripe_period, account_id_stripe, description_stripe, created_at
  from fees
  union all
  select payout_period as period, 'balance:' || creator_id || ':' || currency as break_id, creator_id as flow_id, 'transfer' as flow_kind, 'other' as cash_movement, 'payout_differs' as match_status, currency, -payable_minor as ledger_minor, -kept_minor as stripe_minor, currency as stripe_currency, cast(null as string) as settled_currency, null as settled_minor, null as fee_minor, payout_period as ledger_period, cast(null as string) as stripe_period, cast(null as string) as account_id_stripe, cast(null as string) as description_stripe, null as created_at
  from promised
  where kept_minor > payable_minor or paid_minor <= payable_minor - transfer_step_minor
)
select *
from results
where period = $period
