-- One row per balance transaction at Stripe, with what it means and what it belongs to (flow_id). The object that names it as its own
-- decides; its source is the second witness, and decides where no object of its kind names it, as for disputes and where the object was not
-- pulled, or where several do. The source of a failed or partly captured charge may be a refund of it, which names it too; that of
-- a refund may be its charge. The own amount is that of the object, as the buyer saw it: it
-- differs from what moved the balance where Stripe has converted. Most are direct: their charge, refund or transfer names them, is their
-- source, and nothing else names them. The application fee of a charge with a destination, and its refund, move the
-- money of a transfer; any other one is unexplained. What is unexplained elsewhere is usual in the balance of cards, which buyers and creators have no part in. A value that is not known leaves the class empty.
with destination_fees as (
  select transactions.id_stripe
  from tantieme.stg_stripe__balance_transactions as transactions
  join tantieme.int_stripe_objects as fees on fees.id_stripe = transactions.source_id_stripe
  where transactions.reporting_category in ('platform_earning', 'platform_earning_refund')
    and fees.object_kind in ('application_fee', 'application_fee_refund')
),
meant as (
  select
    rows_read.*,
    case when destination_fees.id_stripe is not null then 'transfer' else coalesce(categories.cash_movement, 'other') end as cash_movement,
    case when destination_fees.id_stripe is not null then 'transfer' else coalesce(categories.flow_kind, 'other') end as flow_kind,
    case
      when kinds.reporting_category is null then cast(null as string)
      when destination_fees.id_stripe is not null then 'reported'
      when categories.movement_class = 'unexplained' and rows_read.balance_type = 'issuing' then 'own'
      else categories.movement_class
    end as movement_class,
    categories.expected_sign,
    case when destination_fees.id_stripe is not null then 'connected_accounts' else categories.account end as account,
    balances.balance_account
  from tantieme.stg_stripe__balance_transactions as rows_read
  left join seeds.stripe_categories as categories on categories.reporting_category = rows_read.reporting_category
  left join seeds.stripe_kinds as kinds
    on kinds.reporting_category = rows_read.reporting_category
    and kinds.balance_transaction_type = rows_read.balance_transaction_type
    and kinds.balance_type = rows_read.balance_type
  left join seeds.stripe_balance_types as balances on balances.balance_type = rows_read.balance_type
  left join destination_fees on destination_fees.id_stripe = rows_read.id_stripe
),
objects as (
  select
    id_stripe as object_id_stripe,
    flow_kind as object_flow_kind,
    flow_id as object_flow_id,
    amount_minor as object_minor,
    uncaptured_minor,
    currency as object_currency,
    charge_id_stripe,
    account_id_stripe,
    balance_transaction_id_stripe,
    failure_balance_transaction_id_stripe
  from tantieme.int_stripe_objects
),
met as (
  select *
  from meant
  full join objects
    on objects.balance_transaction_id_stripe = meant.id_stripe and objects.object_id_stripe = meant.source_id_stripe
),
paired as (
  select *, coalesce(object_flow_kind = flow_kind and object_flow_id = object_id_stripe, false) as is_paired
  from met
),
pointers as (
  select balance_transaction_id_stripe as id_stripe, object_flow_kind as flow_kind, object_flow_id as flow_id, charge_id_stripe
  from paired
  where balance_transaction_id_stripe is not null and not is_paired
  union all
  select failure_balance_transaction_id_stripe as id_stripe, object_flow_kind as flow_kind, object_flow_id as flow_id, charge_id_stripe
  from paired
  where failure_balance_transaction_id_stripe is not null
),
named as (
  select id_stripe, flow_kind, min(flow_id) as first_flow_id, max(flow_id) as flow_id, max(charge_id_stripe) as charge_id_stripe
  from pointers
  group by id_stripe, flow_kind
),
others as (
  select paired.*, named.first_flow_id, named.flow_id as named_id, named.charge_id_stripe as named_charge_id
  from paired
  left join named on named.id_stripe = paired.id_stripe and named.flow_kind = paired.flow_kind
  where paired.id_stripe is not null and not paired.is_paired
),
sources as (
  select object_id_stripe, object_flow_kind, object_flow_id, charge_id_stripe
  from paired
  where object_id_stripe in (select source_id_stripe from others)
),
linked as (
  select
    others.*,
    case
      when others.source_id_stripe is null then cast(null as string)
      when sources.object_id_stripe is null or sources.object_flow_kind = others.flow_kind then coalesce(sources.object_flow_id, others.source_id_stripe)
      when others.flow_kind = 'charge' and sources.object_flow_kind = 'refund' then sources.charge_id_stripe
      when others.flow_kind = 'refund' and sources.object_flow_kind = 'charge' and others.named_charge_id = sources.object_flow_id then others.named_id
    end as source_flow_id,
    sources.object_id_stripe is not null as is_source_known
  from others
  left join sources on sources.object_id_stripe = others.source_id_stripe
),
others_owned as (
  select
    linked.*,
    case when first_flow_id <> named_id and source_flow_id is not null then source_flow_id else coalesce(named_id, source_flow_id, id_stripe) end as flow_id,
    case
      when flow_kind = 'other' then 'linked'
      when first_flow_id <> named_id or (named_id is not null and is_source_known and coalesce(source_flow_id, '') <> named_id) then 'links_differ'
      when named_id is null and source_flow_id is null then 'unlinked'
      else 'linked'
    end as link_status
  from linked
),
owners as (
  select object_id_stripe, object_flow_kind, object_minor, uncaptured_minor, object_currency, account_id_stripe
  from paired
  where object_id_stripe in (select flow_id from others_owned)
),
owned as (
  select
    paired.id_stripe,
    paired.object_flow_id as flow_id,
    paired.flow_kind,
    paired.cash_movement,
    paired.movement_class,
    case when named.first_flow_id <> paired.object_flow_id or named.flow_id <> paired.object_flow_id then 'links_differ' else 'linked' end as link_status,
    paired.reporting_category,
    paired.balance_type,
    paired.balance_account,
    paired.account,
    paired.expected_sign,
    paired.currency,
    paired.amount_minor,
    paired.fee_minor,
    paired.fee_tax_minor,
    paired.net_minor,
    paired.object_minor,
    paired.uncaptured_minor,
    paired.object_currency,
    paired.account_id_stripe,
    paired.description_stripe,
    paired.available_at,
    paired.created_at,
    paired.movement_class = 'reported'
      and named.id_stripe is null
      and (paired.flow_kind in ('refund', 'transfer') or (paired.flow_kind = 'charge' and paired.account_id_stripe is null)) as is_direct
  from paired
  left join named on named.id_stripe = paired.id_stripe and named.flow_kind = paired.flow_kind
  where paired.is_paired
  union all
  select
    rows_read.id_stripe,
    rows_read.flow_id,
    rows_read.flow_kind,
    rows_read.cash_movement,
    rows_read.movement_class,
    rows_read.link_status,
    rows_read.reporting_category,
    rows_read.balance_type,
    rows_read.balance_account,
    rows_read.account,
    rows_read.expected_sign,
    rows_read.currency,
    rows_read.amount_minor,
    rows_read.fee_minor,
    rows_read.fee_tax_minor,
    rows_read.net_minor,
    owners.object_minor,
    owners.uncaptured_minor,
    owners.object_currency,
    owners.account_id_stripe,
    rows_read.description_stripe,
    rows_read.available_at,
    rows_read.created_at,
    false as is_direct
  from others_owned as rows_read
  left join owners on owners.object_id_stripe = rows_read.flow_id and owners.object_flow_kind = rows_read.flow_kind
)
select
  id_stripe,
  flow_id,
  flow_kind,
  cash_movement,
  movement_class,
  link_status,
  reporting_category,
  balance_type,
  expected_sign,
  fn.month_of(created_at) as stripe_period,
  currency as settled_currency,
  amount_minor as settled_minor,
  fee_minor,
  coalesce(object_currency, currency) as own_currency,
  case
    when object_currency is null or object_currency = currency then amount_minor
    when reporting_category = 'partial_capture_reversal' then -uncaptured_minor
    when cash_movement = 'charge_failure' and amount_minor < 0 then uncaptured_minor - object_minor
    when amount_minor < 0 then -object_minor
    else object_minor
  end as own_minor,
  account_id_stripe,
  description_stripe,
  created_at,
  coalesce(is_direct, false) as is_direct,
  balance_account,
  account,
  fee_tax_minor,
  net_minor,
  available_at
from owned
