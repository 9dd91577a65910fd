import type { Payout, Topup } from '../objects.ts';
import { balanceTransactionId } from './row.ts';

/** A payout to a bank in transit. */
export function payoutObject(
  payout: Pick<Payout, 'id' | 'amount' | 'currency' | 'created' | 'automatic' | 'arrival_date' | 'destination'>,
): Payout {
  return {
    ...payout,
    object: 'payout',
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: balanceTransactionId(payout.id, 'payout'),
    description: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: payout.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'in_transit',
    trace_id: null,
    type: 'bank_account',
  };
}

/** A top-up of the platform's balance that its bank has not confirmed. */
export function topupObject(
  topup: Pick<Topup, 'id' | 'amount' | 'currency' | 'created' | 'description' | 'initiated_by'>,
): Topup {
  return {
    ...topup,
    object: 'topup',
    balance_transaction: null,
    expected_availability_date: topup.created,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    source: null,
    statement_descriptor: null,
    status: 'pending',
    transfer_group: null,
  };
}
