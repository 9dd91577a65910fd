-- One row per balance transaction at Stripe, with what it means and what it belongs to (flow_id). The object that names it as its own
-- decides; its source is the second witness, and decides where no object of its kind names it, as for disputes and where the object was not
-- pulled, or where several do. The source of a failed or partly captured charge may be a refund of it, which names it too; that of
-- a refund may be its charge. The own amount is that of the object, as the buyer saw it: it
-- differs from what moved the balance where Stripe has converted. What is
-- unexplained elsewhere is usual in the balance of cards, which buyers and creators have no part in. A value that is not known leaves the class empty.
with objects as (
  select *
  from tantieme.int_stripe_objects
),
pointers as (
  select balance_transaction_id_stripe as id_stripe, flow_kind, flow_id, charge_id_stripe
  from objects
  where balance_transaction_id_stripe is not null
  union all
  select failure_balance_transaction_id_stripe as id_stripe, flow_kind, flow_id, charge_id_stripe
  from objects
  where failure_balance_transaction_id_stripe is not null
),
named as (
  select id_stripe, flow_kind, max(flow_id) as flow_id, max(charge_id_stripe) as charge_id_stripe, count(distinct flow_id) as flow_count
  from pointers
  group by id_stripe, flow_kind
),
meant as (
  select
    rows_read.*,
    coalesce(categories.cash_movement, 'other') as cash_movement,
    coalesce(categories.flow_kind, 'other') as flow_kind,
    case
      when kinds.reporting_category is null then cast(null as string)
      when categories.movement_class = 'unexplained' and rows_read.balance_type = 'issuing' then 'own'
      else categories.movement_class
    end as movement_class,
    categories.expected_sign,
    categories.account,
    balances.balance_account
  from tantieme.stg_stripe__balance_transactions as rows_read
  left join seeds.stripe_categories as categories on categories.reporting_category = rows_read.reporting_category
  left join seeds.stripe_kinds as kinds
    on kinds.reporting_category = rows_read.reporting_category
    and kinds.balance_transaction_type = rows_read.balance_transaction_type
    and kinds.balance_type = rows_read.balance_type
  left join seeds.stripe_balance_types as balances on balances.balance_type = rows_read.balance_type
),
linked as (
  select
    meant.*,
    named.flow_id as named_id,
    coalesce(named.flow_count, 0) as named_count,
    case
      when meant.source_id_stripe is null then cast(null as string)
      when sources.id_stripe is null or sources.flow_kind = meant.flow_kind then coalesce(sources.flow_id, meant.source_id_stripe)
      when meant.flow_kind = 'charge' and sources.flow_kind = 'refund' then sources.charge_id_stripe
      when meant.flow_kind = 'refund' and sources.flow_kind = 'charge' and named.charge_id_stripe = sources.flow_id then named.flow_id
    end as source_flow_id,
    sources.id_stripe is not null as is_source_known
  from meant
  left join named on named.id_stripe = meant.id_stripe and named.flow_kind = meant.flow_kind
  left join objects as sources on sources.id_stripe = meant.source_id_stripe
),
owned as (
  select
    linked.*,
    case when named_count > 1 and source_flow_id is not null then source_flow_id else coalesce(named_id, source_flow_id, id_stripe) end as flow_id,
    case
      when flow_kind = 'other' then 'linked'
      when named_count > 1 or (named_id is not null and is_source_known and coalesce(source_flow_id, '') <> named_id) then 'links_differ'
      when named_id is null and source_flow_id is null then 'unlinked'
      else 'linked'
    end as link_status
  from linked
)
select
  owned.id_stripe,
  owned.flow_id,
  owned.flow_kind,
  owned.cash_movement,
  owned.movement_class,
  owned.link_status,
  owned.reporting_category,
  owned.balance_type,
  owned.balance_account,
  owned.account,
  owned.expected_sign,
  fn.month_of(owned.created_at) as stripe_period,
  owned.currency as settled_currency,
  owned.amount_minor as settled_minor,
  owned.fee_minor,
  owned.fee_tax_minor,
  owned.net_minor,
  coalesce(owners.currency, owned.currency) as own_currency,
  case
    when owners.currency is null or owners.currency = owned.currency then owned.amount_minor
    when owned.reporting_category = 'partial_capture_reversal' then -owners.uncaptured_minor
    when owned.cash_movement = 'charge_failure' and owned.amount_minor < 0 then owners.uncaptured_minor - owners.amount_minor
    when owned.amount_minor < 0 then -owners.amount_minor
    else owners.amount_minor
  end as own_minor,
  owners.account_id_stripe,
  owned.description_stripe,
  owned.available_at,
  owned.created_at
from owned
left join objects as owners on owners.id_stripe = owned.flow_id and owners.flow_kind = owned.flow_kind
