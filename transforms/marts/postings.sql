-- One row per posting: debits are positive, credits negative, and every journal entry sums to zero.
-- Uses have two kinds of entry, which meet in the clearing account: by terms for the creators, by developer for the buyers. The entry of a
-- correction names what it corrects. What buyers pay is against receivables; what Stripe takes for a dispute, and what is lost by it, are against
-- disputes. A payout by a bank file, and what came back of it, is against the bank's balance; so are the fees of a bank and what its statements have that nobody can explain. Each balance transaction at Stripe is an entry of its own; those of before the books are one opening entry for each balance.
with movements as (
  select
    movement_number,
    movement_id as journal_id,
    case when correction_id is not null then corrected_id when revenue_event_kind = 'use' then terms_id else movement_id end as source_reference,
    case
      when correction_id is not null then 'correction'
      when revenue_event_kind = 'use' then 'usage'
      when movement_kind = 'earning' then 'sale'
      when movement_kind = 'refund' then 'refund'
      else 'lost_dispute'
    end as journal_kind,
    case when occurred_at is null then fn.last_day_of(earned_period) else fn.date_of(occurred_at) end as journal_on,
    case
      when revenue_event_kind = 'use' and correction_id is null then 'usage_clearing'
      when corrected_kind in ('dispute', 'outcome') or (revenue_event_kind = 'sale' and movement_kind = 'adjustment' and correction_id is null) then 'disputes'
      else 'buyers_receivable'
    end as account,
    case
      when revenue_event_kind = 'use' and correction_id is null then 'platform'
      when corrected_kind in ('dispute', 'outcome') or (revenue_event_kind = 'sale' and movement_kind = 'adjustment' and correction_id is null) then 'platform'
      else coalesce(developer_id, 'unknown')
    end as account_owner_id,
    currency
  from steps.int_movements
),
allocated as (
  select movement_number, sum(gross_amount) as gross_amount, sum(gross_amount - royalty_amount) as platform_fee_amount
  from steps.int_allocations
  group by movement_number
),
used as (
  select
    'usage_by_developer:' || $period || ':' || developer_id || ':' || currency || ':' || earned_period as journal_id,
    fn.last_day_of(earned_period) as journal_on,
    developer_id,
    currency,
    amount
  from steps.int_usage_by_developer
),
carried as (
  select creator_id, currency, carried_out_exact - carried_in_exact as amount
  from tantieme.carried_fractions
  where period = $period
),
suspended as (
  select fact_kind, fact_id, asset_id, developer_id, currency, occurred_at, suspended_amount as amount
  from tantieme.suspended_facts
  where period = $period and suspended_amount is not null
  union all
  select fact_kind, fact_id, asset_id, developer_id, currency, occurred_at, -suspended_amount as amount
  from tantieme.suspended_facts
  where period = $previous_period and suspended_amount is not null
),
suspense as (
  select
    case
      when fact_kind = 'use' then 'suspense:' || $period || ':uses:' || coalesce(asset_id, 'unknown') || ':' || fn.month_of(occurred_at)
      else 'suspense:' || $period || ':' || fact_kind || ':' || fact_id
    end as journal_id,
    case when fact_kind = 'use' then coalesce(asset_id, 'unknown') else fact_id end as source_reference,
    case when fact_kind = 'use' then fn.last_day_of(fn.month_of(occurred_at)) else fn.date_of(occurred_at) end as journal_on,
    fact_kind,
    case
      when fact_kind in ('payout', 'payout_reversal') then 'connected_accounts'
      when fact_kind = 'outcome' then 'disputes'
      else 'buyers_receivable'
    end as account,
    case when fact_kind in ('payout', 'payout_reversal', 'outcome') then 'platform' else coalesce(developer_id, 'unknown') end as account_owner_id,
    currency,
    amount
  from suspended
),
withheld as (
  select
    'withholding:' || held.creator_id || ':' || held.currency || ':' || $period || ':' || credits.period as journal_id,
    held.creator_id,
    held.currency,
    held.withholding_rule_id,
    fn.minor_amount(held.withheld_minor, currencies.minor_per_unit) as amount
  from tantieme.withholdings as held
  join seeds.currencies as currencies on currencies.currency = held.currency
  join seeds.periods as credits on fn.date_of(credits.period_ends_at) = held.credited_on
  where held.period = $period
),
taxed as (
  select journal_id, journal_on, source_reference, currency, sum(amount) as amount
  from steps.int_taxes
  group by journal_id, journal_on, source_reference, currency
),
cash as (
  select
    'stripe:' || cash.id_stripe as journal_id,
    fn.date_of(cash.created_at) as journal_on,
    coalesce(cash.source_id_stripe, cash.id_stripe) as source_reference,
    cash.balance_account,
    cash.account,
    cash.account_owner_id,
    cash.own_currency,
    cash.settled_currency,
    cash.is_before_books,
    fn.minor_amount(cash.own_minor, own.minor_per_unit) as own_amount,
    fn.minor_amount(cash.settled_minor, settled.minor_per_unit) as settled_amount,
    fn.minor_amount(cash.settled_minor - cash.fee_minor, settled.minor_per_unit) as net_amount,
    fn.minor_amount(cash.fee_minor - cash.fee_tax_minor, settled.minor_per_unit) as fee_amount,
    fn.minor_amount(cash.fee_tax_minor, settled.minor_per_unit) as fee_tax_amount
  from steps.int_cash_movements as cash
  join seeds.currencies as settled on settled.currency = cash.settled_currency
  join seeds.currencies as own on own.currency = cash.own_currency
),
cash_moved as (
  select *
  from cash
  where not is_before_books
),
opening as (
  select balance_account, settled_currency as currency, sum(net_amount) as amount
  from cash
  where is_before_books
  group by balance_account, settled_currency
),
bank_entries as (
  select
    'bank:' || bank_entry_id as journal_id,
    fn.date_of(occurred_at) as journal_on,
    bank_entry_id as source_reference,
    case when bank_entry_kind = 'fee' then 'processor_fees' else 'suspense' end as account,
    case when bank_entry_kind = 'fee' then 'platform' else 'bank' end as account_owner_id,
    currency,
    bank_amount as amount
  from tantieme.stg_rudder__bank_entries
  where bank_entry_kind not in ('payout', 'return')
    and bank_amount is not null
    and occurred_at < $ends_at
    and (occurred_at >= $starts_at or recorded_at >= $late_from_at)
),
first_statements as (
  select *
  from tantieme.stg_rudder__bank_statements
  where statement_opening_amount is not null
  qualify row_number() over (partition by own_bank_account, currency order by recorded_at, occurred_at, bank_statement_id) = 1
),
bank_moved as (
  select journal_id, 'bank' as journal_kind, journal_on, source_reference, account, account_owner_id, currency, amount
  from bank_entries
  union all
  select
    'opening:bank:' || bank_statement_id as journal_id,
    'opening' as journal_kind,
    fn.date_of(occurred_at) as journal_on,
    bank_statement_id as source_reference,
    'opening_balances' as account,
    'platform' as account_owner_id,
    currency,
    statement_opening_amount as amount
  from first_statements
  where occurred_at < $ends_at and (occurred_at >= $starts_at or recorded_at >= $late_from_at)
),
entries as (
  select moved.journal_id, moved.journal_kind, moved.journal_on, moved.source_reference, moved.account, moved.account_owner_id, moved.currency, allocated.gross_amount as amount
  from movements as moved
  join allocated on allocated.movement_number = moved.movement_number
  union all
  select moved.journal_id, moved.journal_kind, moved.journal_on, moved.source_reference, 'platform_revenue' as account, 'platform' as account_owner_id, moved.currency, -allocated.platform_fee_amount as amount
  from movements as moved
  join allocated on allocated.movement_number = moved.movement_number
  union all
  select moved.journal_id, moved.journal_kind, moved.journal_on, moved.source_reference, 'creators_payable' as account, allocations.creator_id as account_owner_id, moved.currency, -allocations.royalty_amount as amount
  from movements as moved
  join steps.int_allocations as allocations on allocations.movement_number = moved.movement_number
  union all
  select journal_id, 'usage_by_developer' as journal_kind, journal_on, developer_id as source_reference, 'buyers_receivable' as account, developer_id as account_owner_id, currency, amount from used
  union all
  select journal_id, 'usage_by_developer' as journal_kind, journal_on, developer_id as source_reference, 'usage_clearing' as account, 'platform' as account_owner_id, currency, -amount as amount from used
  union all
  select 'rounding:' || creator_id || ':' || currency || ':' || $period as journal_id, 'rounding' as journal_kind, fn.last_day_of($period) as journal_on, creator_id as source_reference, 'creators_payable' as account, creator_id as account_owner_id, currency, amount from carried
  union all
  select 'rounding:' || creator_id || ':' || currency || ':' || $period as journal_id, 'rounding' as journal_kind, fn.last_day_of($period) as journal_on, creator_id as source_reference, 'rounding_carried' as account, creator_id as account_owner_id, currency, -amount as amount from carried
  union all
  select 'payout:' || payout_id as journal_id, 'payout' as journal_kind, fn.date_of(occurred_at) as journal_on, payout_id as source_reference, 'creators_payable' as account, creator_id as account_owner_id, currency, amount from tantieme.payouts where period = $period
  union all
  select
    'payout:' || payouts.payout_id as journal_id,
    'payout' as journal_kind,
    fn.date_of(payouts.occurred_at) as journal_on,
    payouts.payout_id as source_reference,
    case when sent.payout_rail is null then 'connected_accounts' else 'bank_balance' end as account,
    'platform' as account_owner_id,
    payouts.currency,
    -payouts.amount as amount
  from tantieme.payouts as payouts
  left join steps.int_payouts as sent on sent.payout_id = payouts.payout_id
  where payouts.period = $period
  union all
  select 'payout_reversal:' || reversal_id_stripe as journal_id, 'payout_reversal' as journal_kind, fn.date_of(occurred_at) as journal_on, payout_id as source_reference, 'creators_payable' as account, creator_id as account_owner_id, currency, -amount as amount from tantieme.payout_reversals where period = $period
  union all
  select
    'payout_reversal:' || reversals.reversal_id_stripe as journal_id,
    'payout_reversal' as journal_kind,
    fn.date_of(reversals.occurred_at) as journal_on,
    reversals.payout_id as source_reference,
    case when returned.payout_rail is null then 'connected_accounts' else 'bank_balance' end as account,
    'platform' as account_owner_id,
    reversals.currency,
    reversals.amount
  from tantieme.payout_reversals as reversals
  left join steps.int_payout_reversals as returned on returned.reversal_id_stripe = reversals.reversal_id_stripe and returned.is_of_period
  where reversals.period = $period
  union all
  select journal_id, 'withholding' as journal_kind, fn.last_day_of($period) as journal_on, withholding_rule_id as source_reference, 'creators_payable' as account, creator_id as account_owner_id, currency, amount from withheld
  union all
  select journal_id, 'withholding' as journal_kind, fn.last_day_of($period) as journal_on, withholding_rule_id as source_reference, 'withholding' as account, creator_id as account_owner_id, currency, -amount as amount from withheld
  union all
  select journal_id, 'tax' as journal_kind, journal_on, source_reference, account, account_owner_id, currency, amount from steps.int_taxes
  union all
  select journal_id, 'tax' as journal_kind, journal_on, source_reference, 'tax_payable' as account, 'platform' as account_owner_id, currency, -amount as amount from taxed
  union all
  select journal_id, 'invoice' as journal_kind, journal_on, source_reference, 'buyers_receivable' as account, developer_id as account_owner_id, currency, amount from steps.int_invoice_differences
  union all
  select journal_id, 'invoice' as journal_kind, journal_on, source_reference, 'platform_revenue' as account, 'platform' as account_owner_id, currency, -amount as amount from steps.int_invoice_differences
  union all
  select journal_id, 'stripe' as journal_kind, journal_on, source_reference, balance_account as account, 'platform' as account_owner_id, settled_currency as currency, net_amount as amount from cash_moved
  union all
  select
    journal_id,
    'stripe' as journal_kind,
    journal_on,
    source_reference,
    account,
    account_owner_id,
    own_currency as currency,
    case when account = 'processor_fees' then fee_amount when account = 'processor_fee_tax' then fee_tax_amount else 0 end - own_amount as amount
  from cash_moved
  union all
  select journal_id, 'stripe' as journal_kind, journal_on, source_reference, 'processor_fees' as account, 'platform' as account_owner_id, settled_currency as currency, fee_amount as amount from cash_moved where account <> 'processor_fees'
  union all
  select journal_id, 'stripe' as journal_kind, journal_on, source_reference, 'processor_fee_tax' as account, 'platform' as account_owner_id, settled_currency as currency, fee_tax_amount as amount from cash_moved where account <> 'processor_fee_tax'
  union all
  select journal_id, 'stripe' as journal_kind, journal_on, source_reference, 'currency_exchange' as account, 'platform' as account_owner_id, own_currency as currency, own_amount as amount from cash_moved where own_currency <> settled_currency
  union all
  select journal_id, 'stripe' as journal_kind, journal_on, source_reference, 'currency_exchange' as account, 'platform' as account_owner_id, settled_currency as currency, -settled_amount as amount from cash_moved where own_currency <> settled_currency
  union all
  select 'opening:' || $period || ':' || balance_account as journal_id, 'opening' as journal_kind, fn.date_of($books_start_at) as journal_on, balance_account as source_reference, balance_account as account, 'platform' as account_owner_id, currency, amount from opening
  union all
  select 'opening:' || $period || ':' || balance_account as journal_id, 'opening' as journal_kind, fn.date_of($books_start_at) as journal_on, balance_account as source_reference, 'opening_balances' as account, 'platform' as account_owner_id, currency, -amount as amount from opening
  union all
  select journal_id, journal_kind, journal_on, source_reference, 'bank_balance' as account, 'platform' as account_owner_id, currency, amount from bank_moved
  union all
  select journal_id, journal_kind, journal_on, source_reference, account, account_owner_id, currency, -amount as amount from bank_moved
),
posted as (
  select *
  from entries
  where amount <> 0
  union all
  select journal_id, 'suspense' as journal_kind, journal_on, source_reference, account, account_owner_id, currency, sum(suspense.amount) as amount
  from suspense
  group by journal_id, journal_on, source_reference, account, account_owner_id, currency
  having sum(suspense.amount) <> 0
  union all
  select journal_id, 'suspense' as journal_kind, journal_on, source_reference, 'suspense' as account, fact_kind as account_owner_id, currency, -sum(suspense.amount) as amount
  from suspense
  group by journal_id, journal_on, source_reference, fact_kind, currency
  having sum(suspense.amount) <> 0
)
select
  journal_id,
  $period as period,
  journal_kind,
  journal_on,
  source_reference,
  account,
  account_owner_id,
  currency,
  amount as posting_amount
from posted
