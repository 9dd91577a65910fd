-- One row per version of a charge, refund, dispute, transfer, reversal, payout or top-up at Stripe: the charge or transfer that it is a part of, and
-- the balance transactions that it names. The application fee of a charge with a destination is a part of the transfer, which only the charge
-- names; to whom a refund of the fee goes, only the charge and the transfer say. So these are parts as well.
select id_stripe, cast(null as string) as whole_id_stripe, balance_transaction_id_stripe, failure_balance_transaction_id_stripe
from stripe.charges
union all
select id_stripe, charge_id_stripe as whole_id_stripe, balance_transaction_id_stripe, failure_balance_transaction_id_stripe
from stripe.refunds
union all
select id_stripe, cast(null as string) as whole_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.disputes
union all
select id_stripe, cast(null as string) as whole_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.transfers
union all
select id_stripe, transfer_id_stripe as whole_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.transfer_reversals
union all
select id_stripe, cast(null as string) as whole_id_stripe, balance_transaction_id_stripe, failure_balance_transaction_id_stripe
from stripe.payouts
union all
select id_stripe, cast(null as string) as whole_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.topups
union all
select application_fee_id_stripe as id_stripe, made_transfer_id_stripe as whole_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.charges
where application_fee_id_stripe is not null
union all
select id_stripe, made_transfer_id_stripe as whole_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.charges
where application_fee_id_stripe is not null
union all
select id_stripe, cast(null as string) as whole_id_stripe, balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.application_fee_refunds
union all
select charges.id_stripe, refunds.id_stripe as whole_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.application_fee_refunds as refunds
join stripe.charges as charges on charges.application_fee_id_stripe = refunds.application_fee_id_stripe
union all
select charges.made_transfer_id_stripe as id_stripe, refunds.id_stripe as whole_id_stripe, cast(null as string) as balance_transaction_id_stripe, cast(null as string) as failure_balance_transaction_id_stripe
from stripe.application_fee_refunds as refunds
join stripe.charges as charges on charges.application_fee_id_stripe = refunds.application_fee_id_stripe
where charges.made_transfer_id_stripe is not null
