import type { Clock } from '../../../warehouse/clock.ts';
import { CURRENCIES } from '../../../warehouse/currencies.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { assertKnownParameters, type Form, metadataOf, optionalInteger, optionalText, requiredText } from './form.ts';
import type { Outcome } from './idempotency.ts';
import { balanceTransaction, balanceTransactionId, seconds, type Transfer, type TransferReversal } from './objects.ts';
import { invalid, missing } from './refusal.ts';
import type { Store } from './store.ts';

/** The state for a write. */
export interface Books {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * POST /v1/transfers: moves money from the platform's available balance to a connected account. With valid parameters
 * it still fails, saved under its key, if the destination is unknown or restricted or the balance is too small.
 */
export function prepareTransfer(form: Form, { store, clock }: Books): () => Outcome {
  assertKnownParameters(form, ['amount', 'currency', 'destination', 'description', 'metadata', 'transfer_group']);
  const text = requiredText(form, 'currency').toLowerCase();
  const destination = requiredText(form, 'destination');
  requiredText(form, 'amount');
  const amount = optionalInteger(form, 'amount', { min: 1 }) ?? 0;
  const asked = {
    description: optionalText(form, 'description') ?? null,
    metadata: metadataOf(form),
    transfer_group: optionalText(form, 'transfer_group') ?? null,
  };
  if (!CURRENCIES.includes(text.toUpperCase())) throw invalid(`Invalid currency: ${text}`, { param: 'currency' });

  return () => {
    assertDestination(store, destination);
    if (store.ledger.balance(text) < BigInt(amount)) {
      throw invalid('You have insufficient available funds in your Stripe account.', { code: 'balance_insufficient' });
    }
    const created = seconds(clock.now());
    // Not derived from the key: after 24 hours the same key creates a second transfer, as at Stripe.
    const id = derivedId('tr', String(store.all('transfer').size));
    const transfer: Transfer = {
      id,
      object: 'transfer',
      amount,
      amount_reversed: 0,
      balance_transaction: balanceTransactionId(id, 'transfer'),
      created,
      currency: text,
      ...asked,
      destination,
      destination_payment: derivedId('py', id),
      livemode: false,
      reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
      reversed: false,
      source_transaction: null,
      source_type: 'card',
    };
    const line = balanceTransaction('transfer', { source: id, amount: -amount, currency: text, created });
    return { answer: transfer, put: [transfer, line] };
  };
}

function assertDestination(store: Store, id: string): void {
  const account = store.all('account').get(id);
  if (account === undefined) throw missing('destination', id, 'destination');
  if (account.capabilities.transfers !== 'active') {
    throw invalid(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    );
  }
}

/** POST /v1/transfers/:id/reversals: reverses a part of a transfer, or by default all of the rest. */
export function prepareReversal(id: string, form: Form, { store, clock }: Books): () => Outcome {
  assertKnownParameters(form, ['amount', 'metadata']);
  const wanted = optionalInteger(form, 'amount', { min: 1 });
  const metadata = metadataOf(form);
  if (store.all('transfer').get(id) === undefined) throw missing('transfer', id);

  return () => {
    const transfer = store.all('transfer').get(id);
    if (transfer === undefined) throw missing('transfer', id);
    const left = transfer.amount - transfer.amount_reversed;
    const amount = wanted ?? left;
    if (amount > left || left === 0) {
      throw invalid(`The reversal of ${amount} is greater than the unreversed amount of the transfer, ${left}.`, {
        param: 'amount',
      });
    }
    const created = seconds(clock.now());
    const { currency } = transfer;
    const reversalId = derivedId('trr', String(store.all('transfer_reversal').size));
    const reversal: TransferReversal = {
      id: reversalId,
      object: 'transfer_reversal',
      amount,
      balance_transaction: balanceTransactionId(reversalId, 'transfer_reversal'),
      created,
      currency,
      destination_payment_refund: derivedId('pyr', reversalId),
      metadata,
      source_refund: null,
      transfer: id,
    };
    const changed: Transfer = {
      ...transfer,
      amount_reversed: transfer.amount_reversed + amount,
      reversed: amount === left,
      reversals: { ...transfer.reversals, data: [reversal, ...transfer.reversals.data] },
    };
    const line = balanceTransaction('transfer_reversal', { source: reversalId, amount, currency, created });
    return { answer: reversal, put: [changed, reversal, line] };
  };
}
