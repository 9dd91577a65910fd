-- statement_count: How many statements a closed period has.
select count(*) as statement_count
from tantieme.balances
where period = $1;

-- balances: The balances of a period with what is known of each creator.
select balances.*, creators.creator_name, creators.country
from tantieme.balances as balances
left join tantieme.stg_rudder__creators as creators on creators.creator_id = balances.creator_id
where balances.period = $1
order by balances.creator_id, balances.currency;

-- lines: The statement lines of the balances of a period, largest first within a kind, with the titles of their assets, and when the first
-- and the last of their sales, refunds or lost disputes were; of metered use that is not known.
with dated as (
  select
    creator_id,
    currency,
    movement_kind,
    terms_id,
    earned_period,
    fee_bps,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
  from tantieme.sale_allocations
  where period = $1
  group by creator_id, currency, movement_kind, terms_id, earned_period, fee_bps
)
select lines.*, assets.asset_title, dated.first_at, dated.last_at
from tantieme.statement_lines as lines
join tantieme.balances as balances
  on balances.period = lines.period and balances.creator_id = lines.creator_id and balances.currency = lines.currency
left join tantieme.stg_rudder__assets as assets on assets.asset_id = lines.asset_id
left join dated
  on dated.creator_id = lines.creator_id and dated.currency = lines.currency and dated.movement_kind = lines.line_kind
  and dated.terms_id = lines.terms_id and dated.earned_period = lines.earned_period and dated.fee_bps = lines.fee_bps
where lines.period = $1
order by
  lines.creator_id, lines.currency, lines.line_kind, lines.line_amount_exact desc, coalesce(lines.terms_id, ''), lines.earned_period,
  lines.fee_bps, coalesce(lines.correction_id, '');

-- movements: What refunds, lost disputes and corrections of sales gave to or took from each creator in a period.
select allocations.*
from tantieme.sale_allocations as allocations
join tantieme.balances as balances
  on balances.period = allocations.period and balances.creator_id = allocations.creator_id and balances.currency = allocations.currency
where allocations.period = $1 and allocations.movement_kind <> 'earning'
order by allocations.creator_id, allocations.currency, allocations.occurred_at, allocations.movement_id;

-- withholdings: The tax withheld in a period, of what was credited last first.
select withheld.*
from tantieme.withholdings as withheld
join tantieme.balances as balances
  on balances.period = withheld.period and balances.creator_id = withheld.creator_id and balances.currency = withheld.currency
where withheld.period = $1
order by withheld.creator_id, withheld.currency, withheld.credited_on desc;

-- payouts: The payouts in the books of a period.
select payouts.*
from tantieme.payouts as payouts
join tantieme.balances as balances
  on balances.period = payouts.period and balances.creator_id = payouts.creator_id and balances.currency = payouts.currency
where payouts.period = $1
order by payouts.creator_id, payouts.currency, payouts.payout_id;

-- payout_reversals: The reversals of payouts in the books of a period.
select reversals.*
from tantieme.payout_reversals as reversals
join tantieme.balances as balances
  on balances.period = reversals.period and balances.creator_id = reversals.creator_id and balances.currency = reversals.currency
where reversals.period = $1
order by reversals.creator_id, reversals.currency, reversals.occurred_at, reversals.reversal_id_stripe;

-- payout_notices: What became of payouts from the closing before a period until its own, by what was recorded then, beside what was sent and
-- reversed: those whose last step was to be held, to fail or to be cancelled, and those that banks returned to connected accounts.
with closings as (
  select closes.cutoff_at as until_at, previous.cutoff_at as from_at
  from ledger.closes as closes
  left join ledger.closes as previous on previous.next_period = closes.period
  where closes.period = $1
),
last_steps as (
  select recorded_steps.*, closings.from_at
  from tantieme.payout_steps as recorded_steps
  join closings on recorded_steps.recorded_at < closings.until_at
  where true
  qualify row_number() over (
    partition by recorded_steps.payout_id
    order by
      case recorded_steps.payout_step when 'reversed' then 6 when 'confirmed' then 5 when 'sent' then 4 when 'failed' then 3 when 'cancelled' then 2 when 'approved' then 0 else 1 end desc,
      recorded_steps.occurred_at desc,
      recorded_steps.recorded_at desc,
      recorded_steps.message_id desc,
      recorded_steps.payout_step
  ) = 1
),
notices as (
  select creator_id, currency, payout_id, payout_period, payout_step as outcome, amount, reason, cast(null as string) as account_id_stripe, occurred_at
  from last_steps
  where payout_step in ('held', 'failed', 'cancelled') and amount is not null and (from_at is null or recorded_at >= from_at)
  union all
  select
    returned.creator_id,
    returned.currency,
    returned.id_stripe as payout_id,
    cast(null as string) as payout_period,
    'bank_' || returned.bank_result as outcome,
    fn.minor_amount(returned.amount_minor, currencies.minor_per_unit) as amount,
    returned.failure_code as reason,
    returned.account_id_stripe,
    returned.came_back_recorded_at as occurred_at
  from tantieme.connected_payouts as returned
  join seeds.currencies as currencies on currencies.currency = returned.currency
  join closings on returned.came_back_recorded_at < closings.until_at
  where closings.from_at is null or returned.came_back_recorded_at >= closings.from_at
)
select
  notices.creator_id,
  notices.currency,
  notices.payout_id,
  notices.payout_period,
  notices.outcome,
  notices.amount,
  notices.reason,
  coalesce(notices.account_id_stripe, balances.account_id_stripe) as account_id_stripe,
  notices.occurred_at
from notices
join tantieme.balances as balances on balances.period = $1 and balances.creator_id = notices.creator_id and balances.currency = notices.currency
order by notices.creator_id, notices.currency, notices.occurred_at, notices.payout_id;
