-- One row per version of a charge, refund, dispute, transfer, reversal, payout or top-up at Stripe: the charge or transfer that it is a part of, and
-- the balance transactions that it names.
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
