-- One row per correction of a creator's balance that begins or ceases to be in force in the period: by how much it changes the balance, or
-- the reason why it cannot be booked yet.
with changed as (
  select
    correction_id,
    root_id as creator_id,
    currency,
    adjustment_amount,
    case when is_in_force then adjustment_amount else -adjustment_amount end as change_amount,
    occurred_at
  from steps.int_corrections
  where is_last and root_kind = 'balance' and was_in_force <> is_in_force
),
known as (
  select creators.creator_id
  from tantieme.stg_rudder__creators as creators
  join changed on changed.creator_id = creators.creator_id
  union distinct
  select balances.creator_id
  from tantieme.balances as balances
  join changed on changed.creator_id = balances.creator_id
  where balances.period < $period
)
select
  changed.correction_id,
  changed.creator_id,
  changed.currency,
  changed.change_amount as adjustment_amount,
  changed.occurred_at,
  case
    when changed.adjustment_amount is null or changed.adjustment_amount = 0 then 'amount_invalid'
    when currencies.currency is null then 'currency_unknown'
    when not fn.is_bookable(changed.adjustment_amount, currencies.minor_per_unit) and not fn.is_bookable(-changed.adjustment_amount, currencies.minor_per_unit) then 'amount_too_large'
    when not fn.is_minor(changed.adjustment_amount, currencies.minor_per_unit) then 'amount_not_minor'
    when known.creator_id is null then 'creator_unknown'
  end as exception_reason
from changed
left join seeds.currencies as currencies on currencies.currency = changed.currency
left join known on known.creator_id = changed.creator_id
