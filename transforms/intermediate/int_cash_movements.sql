-- One row per balance transaction at Stripe that the period books: created in it, or created before it and first recorded since the closing
-- before. With the balance that it moves and the account that is posted against it: suspense, if nobody can say what it is. Receivables
-- are of the developer whose sale or invoice the charge paid. The application fee of a charge with a destination comes from the connected account,
-- and its refund goes there. The own amount is that of the charge, refund or dispute, as the buyer saw it: it
-- differs from what moved the balance where Stripe has converted. The fee is what the amount and the net amount differ by. Of history, only the records of these balance
-- transactions are read; what names one is looked for only where that is not its source alone.
with recorded as (
  select
    id_stripe,
    source_id_stripe,
    reporting_category,
    balance_transaction_type,
    balance_type,
    amount_minor,
    amount_minor - net_minor as fee_minor,
    fee_tax_minor,
    currency,
    created_at,
    recorded_at,
    pulled_at
  from stripe.balance_transactions
  where created_at < $ends_at and (created_at >= $starts_at or recorded_at >= $late_from_at)
),
first_recorded as (
  select *
  from recorded
  where true
  qualify row_number() over (partition by id_stripe order by recorded_at, pulled_at) = 1
),
booked_before as (
  select distinct earlier.id_stripe
  from stripe.balance_transactions as earlier
  join first_recorded as late on late.id_stripe = earlier.id_stripe and late.created_at = earlier.created_at
  where earlier.created_at < $starts_at and earlier.recorded_at < $late_from_at
),
meanings as (
  select
    known.reporting_category,
    known.balance_transaction_type,
    known.balance_type,
    coalesce(categories.flow_kind, 'other') as flow_kind,
    case when kinds.reporting_category is not null then categories.account end as account,
    coalesce(balances.balance_account, 'stripe_other_balance') as balance_account
  from (
    select distinct reporting_category, balance_transaction_type, balance_type
    from first_recorded
  ) as known
  left join seeds.stripe_categories as categories on categories.reporting_category = known.reporting_category
  left join seeds.stripe_kinds as kinds
    on kinds.reporting_category = known.reporting_category
    and kinds.balance_transaction_type = known.balance_transaction_type
    and kinds.balance_type = known.balance_type
  left join seeds.stripe_balance_types as balances on balances.balance_type = known.balance_type
),
due as (
  select booked.*, meanings.flow_kind, meanings.account, meanings.balance_account
  from first_recorded as booked
  join meanings
    on meanings.reporting_category = booked.reporting_category
    and meanings.balance_transaction_type = booked.balance_transaction_type
    and meanings.balance_type = booked.balance_type
  left join booked_before on booked_before.id_stripe = booked.id_stripe
  where booked_before.id_stripe is null
),
names as (
  select 'charge' as flow_kind, id_stripe as object_id_stripe, balance_transaction_id_stripe
  from stripe.charges
  where balance_transaction_id_stripe is not null
  union all
  select 'charge' as flow_kind, id_stripe as object_id_stripe, failure_balance_transaction_id_stripe as balance_transaction_id_stripe
  from stripe.charges
  where failure_balance_transaction_id_stripe is not null
  union all
  select 'refund' as flow_kind, id_stripe as object_id_stripe, balance_transaction_id_stripe
  from stripe.refunds
  where balance_transaction_id_stripe is not null
  union all
  select 'refund' as flow_kind, id_stripe as object_id_stripe, failure_balance_transaction_id_stripe as balance_transaction_id_stripe
  from stripe.refunds
  where failure_balance_transaction_id_stripe is not null
),
refunded as (
  select due.id_stripe, max(refunds.charge_id_stripe) as charge_id_stripe
  from due
  join stripe.refunds as refunds on refunds.id_stripe = due.source_id_stripe
  where due.flow_kind = 'charge'
  group by due.id_stripe
),
indirect as (
  select due.id_stripe, due.flow_kind
  from due
  join names on names.balance_transaction_id_stripe = due.id_stripe
  where names.flow_kind = due.flow_kind and names.object_id_stripe <> coalesce(due.source_id_stripe, '')
  union distinct
  select id_stripe, 'charge' as flow_kind
  from refunded
),
named as (
  select indirect.id_stripe, max(names.object_id_stripe) as object_id_stripe
  from indirect
  join names on names.balance_transaction_id_stripe = indirect.id_stripe and names.flow_kind = indirect.flow_kind
  group by indirect.id_stripe
),
linked as (
  select due.*, coalesce(named.object_id_stripe, refunded.charge_id_stripe, due.source_id_stripe) as object_id_stripe
  from due
  left join named on named.id_stripe = due.id_stripe
  left join refunded on refunded.id_stripe = due.id_stripe
),
fees as (
  select due.id_stripe, coalesce(refunds.application_fee_id_stripe, due.source_id_stripe) as application_fee_id_stripe, due.currency
  from due
  left join stripe.application_fee_refunds as refunds on refunds.id_stripe = due.source_id_stripe
  where due.reporting_category in ('platform_earning', 'platform_earning_refund')
),
destination_fees as (
  select distinct fees.id_stripe
  from fees
  join stripe.charges as charges
    on charges.application_fee_id_stripe = fees.application_fee_id_stripe and charges.currency = fees.currency
  join stripe.transfers as transfers
    on transfers.id_stripe = charges.made_transfer_id_stripe and transfers.currency = charges.currency
),
wanted as (
  select object_id_stripe
  from linked
  where flow_kind in ('charge', 'refund', 'dispute')
),
versions as (
  select
    'charge' as flow_kind,
    charges.id_stripe,
    charges.id_stripe as charge_id_stripe,
    charges.currency,
    case when charges.captured_minor > charges.amount_minor then charges.captured_minor else charges.amount_minor end as amount_minor,
    case when charges.captured_minor < charges.amount_minor then charges.amount_minor - charges.captured_minor else 0 end as uncaptured_minor,
    charges.paying_account_id_stripe,
    charges.pulled_at
  from stripe.charges as charges
  where charges.id_stripe in (select object_id_stripe from wanted)
  union all
  select 'refund' as flow_kind, refunds.id_stripe, refunds.charge_id_stripe, refunds.currency, refunds.amount_minor, 0 as uncaptured_minor, cast(null as string) as paying_account_id_stripe, refunds.pulled_at
  from stripe.refunds as refunds
  where refunds.id_stripe in (select object_id_stripe from wanted)
  union all
  select 'dispute' as flow_kind, disputes.id_stripe, disputes.charge_id_stripe, disputes.currency, disputes.amount_minor, 0 as uncaptured_minor, cast(null as string) as paying_account_id_stripe, disputes.pulled_at
  from stripe.disputes as disputes
  where disputes.id_stripe in (select object_id_stripe from wanted)
),
objects as (
  select *
  from versions
  where true
  qualify row_number() over (partition by flow_kind, id_stripe order by pulled_at desc) = 1
),
meant as (
  select
    linked.*,
    case
      when linked.account is null then 'suspense'
      when destination_fees.id_stripe is not null then 'connected_accounts'
      when linked.flow_kind = 'charge' and objects.paying_account_id_stripe is not null then 'connected_accounts'
      else linked.account
    end as counter_account,
    coalesce(objects.charge_id_stripe, case when linked.flow_kind = 'charge' then linked.object_id_stripe end) as charge_id_stripe,
    coalesce(objects.currency, linked.currency) as own_currency,
    case
      when objects.currency is null or objects.currency = linked.currency then linked.amount_minor
      when linked.reporting_category = 'partial_capture_reversal' then -objects.uncaptured_minor
      when linked.flow_kind = 'charge' and linked.amount_minor < 0 then objects.uncaptured_minor - objects.amount_minor
      when linked.amount_minor < 0 then -objects.amount_minor
      else objects.amount_minor
    end as own_minor
  from linked
  left join objects on objects.id_stripe = linked.object_id_stripe and objects.flow_kind = linked.flow_kind
  left join destination_fees on destination_fees.id_stripe = linked.id_stripe
),
payments as (
  select id, charge_id_stripe, developer_id, loaded_at
  from raw.license_purchased
  union all
  select id, charge_id_stripe, developer_id, loaded_at
  from raw.subscription_started
  union all
  select id, charge_id_stripe, developer_id, loaded_at
  from raw.subscription_renewed
  union all
  select id, charge_id_stripe, developer_id, loaded_at
  from raw.usage_invoiced
),
payers as (
  select payments.charge_id_stripe, payments.developer_id
  from payments
  where payments.developer_id is not null
    and payments.charge_id_stripe in (select charge_id_stripe from meant where counter_account = 'buyers_receivable')
  qualify row_number() over (partition by payments.charge_id_stripe order by payments.loaded_at, payments.id) = 1
)
select
  meant.id_stripe,
  meant.source_id_stripe,
  meant.balance_account,
  meant.counter_account as account,
  case
    when meant.counter_account = 'suspense' then 'stripe'
    when meant.counter_account = 'buyers_receivable' then coalesce(payers.developer_id, 'unknown')
    else 'platform'
  end as account_owner_id,
  meant.currency as settled_currency,
  meant.amount_minor as settled_minor,
  meant.fee_minor,
  meant.fee_tax_minor,
  meant.own_currency,
  meant.own_minor,
  meant.created_at < $books_start_at as is_before_books,
  meant.created_at
from meant
left join payers on payers.charge_id_stripe = meant.charge_id_stripe
