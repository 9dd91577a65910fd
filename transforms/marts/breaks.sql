-- One row per break of a period: a movement in which our books and Stripe differ, a balance transaction that needs a look, a balance at Stripe
-- that its balance transactions do not give, or that the books do not have, or an automatic payout that is not the sum of what it carried: the sign of
-- one that debits the bank is not documented, nor whether it carries the release of its own minimum balance, which it does not pay. What a bank has said that nothing explains is in the month in which it
-- was recorded; its amount stands where Stripe's would, and its sentence where the description would. A payout that came back is one whether a
-- bank statement has it or only a file of returns; a statement that has it once more is another. One that a bank rejected is none. Of a line that
-- was edited there is one, however many answers are about it: with the id of the first, the sum of the amounts and the sentence of the last.
with balances as (
  select lines.period, lines.balance_type, lines.currency, lines.bridge_line, lines.net_minor, closings.net_minor as closing_minor
  from tantieme.stripe_bridge as lines
  join tantieme.stripe_bridge as closings
    on closings.period = lines.period
    and closings.balance_type = lines.balance_type
    and closings.currency = lines.currency
    and closings.bridge_line = 'closing'
  where lines.period = $period and lines.bridge_line in ('residual', 'booked')
),
returns as (
  select payout_id, bank_entry_id, detail, row_number() over (partition by payout_id order by recorded_at, bank_entry_id) as return_number
  from tantieme.stg_rudder__bank_entries
  where bank_entry_kind = 'return'
),
edited_answers as (
  select
    bank_entry_id,
    payout_id,
    currency,
    bank_amount,
    detail,
    occurred_at,
    row_number() over (partition by payout_id, currency order by recorded_at, bank_entry_id) as from_first,
    row_number() over (partition by payout_id, currency order by recorded_at desc, bank_entry_id desc) as from_last
  from tantieme.stg_rudder__bank_entries
  where bank_entry_kind = 'edited_line' and recorded_at >= $starts_at and recorded_at < $ends_at
),
edited_lines as (
  select
    payout_id,
    currency,
    max(case when from_first = 1 then bank_entry_id end) as bank_entry_id,
    max(case when from_first = 1 then occurred_at end) as occurred_at,
    max(case when from_last = 1 then detail end) as detail,
    sum(bank_amount) as bank_amount,
    count(*) as answer_count
  from edited_answers
  group by payout_id, currency
),
released as (
  select id_stripe, source_id_stripe
  from stripe.balance_transactions
  where reporting_category = 'payout_minimum_balance_release' and created_at >= $starts_at
  qualify row_number() over (partition by id_stripe order by pulled_at desc) = 1
),
carried as (
  select
    payouts.id_stripe,
    payouts.amount_minor,
    payouts.currency,
    payouts.created_at,
    sum(
      case
        when rows_read.balance_transaction_id_stripe in (payouts.balance_transaction_id_stripe, coalesce(payouts.failure_balance_transaction_id_stripe, ''))
          or released.source_id_stripe = payouts.id_stripe
          then 0
        else rows_read.net_minor
      end
    ) as carried_minor
  from tantieme.stg_stripe__payouts as payouts
  join stripe.payout_transactions as rows_read on rows_read.payout_id_stripe = payouts.id_stripe and rows_read.account_id_stripe = ''
  left join released on released.id_stripe = rows_read.balance_transaction_id_stripe
  where payouts.created_at >= $starts_at and payouts.created_at < $ends_at
  group by payouts.id_stripe, payouts.amount_minor, payouts.currency, payouts.created_at
),
differing as (
  select period, balance_type, currency, 'residual' as compared, 'balance_differs' as break_class, closing_minor as ledger_minor, closing_minor + net_minor as stripe_minor
  from balances
  where bridge_line = 'residual' and net_minor <> 0
  union all
  select period, balance_type, currency, 'books' as compared, 'books_differ' as break_class, net_minor as ledger_minor, closing_minor as stripe_minor
  from balances
  where bridge_line = 'booked' and net_minor <> closing_minor
),
found as (
  select
    period,
    break_id,
    match_status as break_class,
    flow_id,
    flow_kind,
    cash_movement,
    currency,
    ledger_minor,
    stripe_minor,
    stripe_currency,
    settled_currency,
    settled_minor,
    fee_minor,
    stripe_period,
    account_id_stripe,
    description_stripe,
    created_at
  from steps.int_matches
  where match_status not in ('matched', 'own', 'in_progress')
  union all
  select
    period,
    compared || ':' || balance_type || ':' || currency as break_id,
    break_class,
    balance_type as flow_id,
    'other' as flow_kind,
    'other' as cash_movement,
    currency,
    ledger_minor,
    stripe_minor,
    currency as stripe_currency,
    currency as settled_currency,
    stripe_minor - ledger_minor as settled_minor,
    null as fee_minor,
    period as stripe_period,
    cast(null as string) as account_id_stripe,
    cast(null as string) as description_stripe,
    null as created_at
  from differing
  union all
  select
    $period as period,
    'carried:' || id_stripe as break_id,
    'carried_differs' as break_class,
    id_stripe as flow_id,
    'payout' as flow_kind,
    'payout' as cash_movement,
    currency,
    null as ledger_minor,
    amount_minor as stripe_minor,
    currency as stripe_currency,
    currency as settled_currency,
    cast(carried_minor as int64) as settled_minor,
    null as fee_minor,
    $period as stripe_period,
    cast(null as string) as account_id_stripe,
    cast(null as string) as description_stripe,
    created_at
  from carried
  where carried_minor <> amount_minor and carried_minor <> -amount_minor
  union all
  select
    $period as period,
    'bank:' || said.bank_entry_id as break_id,
    case said.bank_entry_kind
      when 'amount_differs' then 'bank_amount_differs'
      when 'contradiction' then 'bank_contradicts'
      when 'unknown_payment' then 'bank_payment_unknown'
      when 'return' then 'bank_payout_returned'
      else 'bank_entry_unexplained'
    end as break_class,
    coalesce(said.payout_id, said.bank_entry_id) as flow_id,
    case when said.payout_id is null then 'other' else 'transfer' end as flow_kind,
    case when said.payout_id is null then 'other' when said.bank_entry_kind = 'return' then 'transfer_reversal' else 'transfer' end as cash_movement,
    said.currency,
    null as ledger_minor,
    fn.minor_floor(said.bank_amount, currencies.minor_per_unit) as stripe_minor,
    said.currency as stripe_currency,
    cast(null as string) as settled_currency,
    null as settled_minor,
    null as fee_minor,
    fn.month_of(said.occurred_at) as stripe_period,
    cast(null as string) as account_id_stripe,
    said.detail as description_stripe,
    said.occurred_at as created_at
  from tantieme.stg_rudder__bank_entries as said
  left join returns on returns.bank_entry_id = said.bank_entry_id
  left join seeds.currencies as currencies on currencies.currency = said.currency
  where said.recorded_at >= $starts_at
    and said.recorded_at < $ends_at
    and said.bank_entry_kind not in ('payout', 'fee', 'edited_line')
    and (said.bank_entry_kind <> 'return' or returns.return_number > 1)
  union all
  select
    $period as period,
    'bank:' || edited_lines.bank_entry_id as break_id,
    'bank_line_edited' as break_class,
    edited_lines.payout_id as flow_id,
    'transfer' as flow_kind,
    'transfer' as cash_movement,
    edited_lines.currency,
    null as ledger_minor,
    fn.minor_floor(edited_lines.bank_amount, currencies.minor_per_unit) as stripe_minor,
    edited_lines.currency as stripe_currency,
    cast(null as string) as settled_currency,
    null as settled_minor,
    null as fee_minor,
    fn.month_of(edited_lines.occurred_at) as stripe_period,
    cast(null as string) as account_id_stripe,
    case
      when edited_lines.answer_count = 1 then edited_lines.detail
      else edited_lines.detail || ' Answers of the bank about it: ' || cast(edited_lines.answer_count as string) || '.'
    end as description_stripe,
    edited_lines.occurred_at as created_at
  from edited_lines
  left join seeds.currencies as currencies on currencies.currency = edited_lines.currency
  union all
  select
    $period as period,
    'bank:' || reversals.reversal_id_stripe as break_id,
    'bank_payout_returned' as break_class,
    reversals.payout_id as flow_id,
    'transfer' as flow_kind,
    'transfer_reversal' as cash_movement,
    reversals.currency,
    null as ledger_minor,
    fn.minor_floor(reversals.amount, currencies.minor_per_unit) as stripe_minor,
    reversals.currency as stripe_currency,
    cast(null as string) as settled_currency,
    null as settled_minor,
    null as fee_minor,
    fn.month_of(reversals.occurred_at) as stripe_period,
    cast(null as string) as account_id_stripe,
    returns.detail as description_stripe,
    reversals.occurred_at as created_at
  from tantieme.stg_rudder__payout_reversals as reversals
  left join returns on returns.payout_id = reversals.payout_id and returns.return_number = 1
  left join seeds.currencies as currencies on currencies.currency = reversals.currency
  where reversals.payout_rail is not null
    and (not reversals.is_rejection or returns.payout_id is not null)
    and reversals.recorded_at >= $starts_at
    and reversals.recorded_at < $ends_at
  union all
  select
    period,
    'bank_balance:' || currency as break_id,
    'bank_balance_differs' as break_class,
    'bank_balance' as flow_id,
    'other' as flow_kind,
    'other' as cash_movement,
    currency,
    booked_minor - in_transit_minor as ledger_minor,
    statement_minor as stripe_minor,
    currency as stripe_currency,
    cast(null as string) as settled_currency,
    null as settled_minor,
    null as fee_minor,
    period as stripe_period,
    cast(null as string) as account_id_stripe,
    cast(null as string) as description_stripe,
    null as created_at
  from tantieme.bank_bridge
  where period = $period and residual_minor <> 0
)
select *
from found
