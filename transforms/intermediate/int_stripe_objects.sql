-- One row per charge, refund, dispute, transfer, reversal of a transfer, payout and top-up at Stripe, and per application fee of a charge with a
-- destination and refund of one, with what it is a part of (flow_id): a reversal is a part of its transfer, and the fee is a part of the transfer
-- that it is taken back from; its refund is as good as another transfer to the same account. A fee in another currency than the transfer is left out. Of a charge, the amount is what was authorised or, if that is more, captured; uncaptured is what of it was
-- not taken. What is in progress has moved nothing yet: a charge that waits or is not captured, a refund that waits.
select
  'charge' as object_kind,
  id_stripe,
  'charge' as flow_kind,
  id_stripe as flow_id,
  case when captured_minor > amount_minor then captured_minor else amount_minor end as amount_minor,
  case when captured_minor < amount_minor then amount_minor - captured_minor else 0 end as uncaptured_minor,
  currency,
  status_stripe,
  balance_transaction_id_stripe is null and (status_stripe = 'pending' or (status_stripe = 'succeeded' and refunded_minor = 0)) as is_in_progress,
  cast(null as string) as charge_id_stripe,
  paying_account_id_stripe as account_id_stripe,
  balance_transaction_id_stripe,
  failure_balance_transaction_id_stripe
from tantieme.stg_stripe__charges
union all
select 'refund' as object_kind, id_stripe, 'refund' as flow_kind, id_stripe as flow_id, amount_minor, 0 as uncaptured_minor, currency, status_stripe, balance_transaction_id_stripe is null and coalesce(status_stripe, 'pending') in ('pending', 'requires_action') as is_in_progress, charge_id_stripe, cast(null as string) as account_id_stripe, balance_transaction_id_stripe, failure_balance_transaction_id_stripe
from tantieme.stg_stripe__refunds
union all
select 'dispute' as object_kind, id_stripe, 'dispute' as flow_kind, id_stripe as flow_id, amount_minor, 0 as uncaptured_minor, currency, status_stripe, false as is_in_progress, charge_id_stripe, cast(null as string) as account_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from tantieme.stg_stripe__disputes
union all
select 'transfer' as object_kind, id_stripe, 'transfer' as flow_kind, id_stripe as flow_id, amount_minor, 0 as uncaptured_minor, currency, cast(null as string) as status_stripe, false as is_in_progress, cast(null as string) as charge_id_stripe, destination_account_id_stripe as account_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from tantieme.stg_stripe__transfers
union all
select 'transfer_reversal' as object_kind, id_stripe, 'transfer' as flow_kind, transfer_id_stripe as flow_id, amount_minor, 0 as uncaptured_minor, currency, cast(null as string) as status_stripe, false as is_in_progress, cast(null as string) as charge_id_stripe, cast(null as string) as account_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from tantieme.stg_stripe__transfer_reversals
union all
select 'application_fee' as object_kind, charges.application_fee_id_stripe as id_stripe, 'transfer' as flow_kind, transfers.id_stripe as flow_id, charges.application_fee_minor as amount_minor, 0 as uncaptured_minor, charges.currency, cast(null as string) as status_stripe, false as is_in_progress, cast(null as string) as charge_id_stripe, cast(null as string) as account_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from tantieme.stg_stripe__charges as charges
join tantieme.stg_stripe__transfers as transfers on transfers.id_stripe = charges.made_transfer_id_stripe and transfers.currency = charges.currency
where charges.application_fee_id_stripe is not null
union all
select 'application_fee_refund' as object_kind, refunds.id_stripe, 'transfer' as flow_kind, refunds.id_stripe as flow_id, refunds.amount_minor, 0 as uncaptured_minor, refunds.currency, cast(null as string) as status_stripe, false as is_in_progress, cast(null as string) as charge_id_stripe, transfers.destination_account_id_stripe as account_id_stripe, refunds.balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from tantieme.stg_stripe__application_fee_refunds as refunds
join tantieme.stg_stripe__charges as charges on charges.application_fee_id_stripe = refunds.application_fee_id_stripe and charges.currency = refunds.currency
join tantieme.stg_stripe__transfers as transfers on transfers.id_stripe = charges.made_transfer_id_stripe and transfers.currency = charges.currency
union all
select 'payout' as object_kind, id_stripe, 'payout' as flow_kind, id_stripe as flow_id, amount_minor, 0 as uncaptured_minor, currency, status_stripe, false as is_in_progress, cast(null as string) as charge_id_stripe, cast(null as string) as account_id_stripe, balance_transaction_id_stripe, failure_balance_transaction_id_stripe
from tantieme.stg_stripe__payouts
union all
select 'topup' as object_kind, id_stripe, 'topup' as flow_kind, id_stripe as flow_id, amount_minor, 0 as uncaptured_minor, currency, status_stripe, false as is_in_progress, cast(null as string) as charge_id_stripe, cast(null as string) as account_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from tantieme.stg_stripe__topups
