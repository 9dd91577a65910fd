import { CURRENCIES } from '../../../warehouse/currencies.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { World } from './acts/act.ts';
import { assertKnownParameters, type Form, metadataOf, optionalInteger, optionalText, requiredText } from './form.ts';
import type { Outcome } from './idempotency.ts';
import { balanceTransaction, balanceTransactionId } from './objects/row.ts';
import type { BalanceTransaction, Charge, Transfer } from './objects.ts';
import { invalid, missing } from './refusal.ts';
import { reversalOf } from './reversal.ts';

/** Amounts in these end in 0: docs.stripe.com/currencies until 2023; the page of today no longer names the rule. */
const THREE_DECIMALS = ['bhd', 'jod', 'kwd', 'omr', 'tnd'];
/** These have no minor unit, but are sent in hundredths: docs.stripe.com/currencies. */
const WHOLE_UNITS = ['isk', 'ugx'];

const PARAMETERS = [
  'amount',
  'currency',
  'destination',
  'description',
  'metadata',
  'source_transaction',
  'transfer_group',
];

/**
 * POST /v1/transfers: moves money from the platform's available balance, or that of one charge, to a connected account. With
 * valid parameters it still fails, saved under its key, if the destination is unknown or restricted or the balance is too small.
 */
export function prepareTransfer(form: Form, world: World): () => Outcome {
  assertKnownParameters(form, PARAMETERS);
  const currency = requiredText(form, 'currency').toLowerCase();
  const destination = requiredText(form, 'destination');
  requiredText(form, 'amount');
  const amount = optionalInteger(form, 'amount', { min: 1 }) ?? 0;
  if (!CURRENCIES.includes(currency.toUpperCase())) {
    throw invalid(`Invalid currency: ${currency}`, { param: 'currency' });
  }
  assertPrecision(world, amount, currency);
  const asked = {
    description: optionalText(form, 'description') ?? null,
    metadata: metadataOf(form),
    transfer_group: optionalText(form, 'transfer_group') ?? null,
  };
  const source = optionalText(form, 'source_transaction');

  return () => {
    assertDestination(world, destination);
    const funding = source === undefined ? undefined : fundingOf(world, source, { amount, currency });
    if (funding === undefined && world.available({ currency }) < BigInt(amount)) throw insufficient();
    const transfer = transferObject(world, { ...asked, amount, currency, destination, charge: funding?.charge });
    return { answer: transfer, ...effectsOf(transfer, funding?.row) };
  };
}

function assertPrecision({ options }: World, amount: number, currency: string): void {
  const isTooFine = THREE_DECIMALS.includes(currency) && amount % 10 !== 0 && options.threeDecimalRule !== false;
  if (!isTooFine && !(WHOLE_UNITS.includes(currency) && amount % 100 !== 0)) return;
  const message = `Invalid amount: ${amount} is more precise than ${currency} allows.`;
  throw invalid(message, { code: 'parameter_invalid_integer', param: 'amount' });
}

function insufficient(): Error {
  return invalid('You have insufficient available funds in your Stripe account.', { code: 'balance_insufficient' });
}

/** The charge that funds a transfer, whether or not its money is available. The transfers that share it cannot exceed it. */
function fundingOf(
  world: World,
  id: string,
  { amount, currency }: { readonly amount: number; readonly currency: string },
): { readonly charge: Charge; readonly row: BalanceTransaction } {
  const param = 'source_transaction';
  const charge = world.store.all('charge').get(id);
  if (charge === undefined) throw missing('charge', id, param);
  const row = world.store.all('balance_transaction').get(String(charge.balance_transaction));
  if (row === undefined || charge.status === 'failed') {
    throw invalid(`The charge ${id} has no funds to transfer.`, { param });
  }
  if (row.currency !== currency) {
    throw invalid(`The currency of source_transaction's balance transaction (${row.currency}) must be ${currency}.`, {
      param: 'currency',
    });
  }
  const shared = world.store
    .all('transfer')
    .oldestFirst()
    .filter((transfer) => transfer.source_transaction === id);
  const captured = world.settlement(id)?.amount ?? charge.amount_captured;
  const left = shared.reduce((rest, transfer) => rest - transfer.amount + transfer.amount_reversed, captured);
  if (amount > left) throw insufficient();
  return { charge, row };
}

/** The group of a transfer from a charge is that of the charge: docs.stripe.com/connect/separate-charges-and-transfers. */
function groupOf({ id, transfer_group, payment_intent }: Charge): string {
  return transfer_group ?? `group_${payment_intent === null ? id : String(payment_intent)}`;
}

function transferObject(
  world: World,
  {
    charge,
    transfer_group,
    ...asked
  }: Pick<Transfer, 'amount' | 'currency' | 'destination' | 'description' | 'metadata' | 'transfer_group'> & {
    readonly charge: Charge | undefined;
    readonly id?: string;
  },
): Transfer {
  // Not derived from the key: after 24 hours the same key creates a second transfer, as at Stripe.
  const { id = derivedId('tr', String(world.store.all('transfer').size)) } = asked;
  return {
    object: 'transfer',
    ...asked,
    id,
    amount_reversed: 0,
    balance_transaction: balanceTransactionId(id, 'transfer'),
    created: world.now(),
    transfer_group: charge === undefined ? transfer_group : groupOf(charge),
    destination_payment: derivedId('py', id),
    livemode: false,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: charge?.id ?? null,
    source_type: 'card',
  };
}

/** The transfer that Stripe makes by itself for a charge with a destination. */
export function transferOfCharge(
  world: World,
  charge: Charge,
  { account, amount }: { account: string; amount: number },
) {
  const asked = { description: null, metadata: {}, transfer_group: null };
  const transfer = transferObject(world, {
    ...{ ...asked, amount, currency: charge.currency, destination: account, charge },
  });
  const made: Transfer = { ...transfer, created: charge.created };
  return { transfer: made, effects: effectsOf(made, undefined) };
}

/** A transfer of earlier times, under its id and with its own date. */
export function earlierTransfer(
  world: World,
  { created, ...asked }: Pick<Transfer, 'id' | 'amount' | 'created' | 'currency' | 'destination' | 'transfer_group'>,
) {
  const made = transferObject(world, { description: null, metadata: {}, charge: undefined, ...asked });
  return effectsOf({ ...made, created }, undefined);
}

/** The rows of the platform and of the connected account: both become available with the charge that funds the transfer. */
function effectsOf(transfer: Transfer, row: BalanceTransaction | undefined) {
  const { id, amount, currency, created } = transfer;
  const payment = requirePresent(transfer.destination_payment, 'A transfer makes a payment.');
  const posting = { currency, created, available_on: row?.status === 'pending' ? row.available_on : undefined };
  const line = balanceTransaction('transfer', { ...posting, source: id, amount: -amount });
  const inside = balanceTransaction('charge', { ...posting, source: String(payment), amount, type: 'payment' });
  return { put: [transfer, line], connected: [{ account: String(transfer.destination), put: [inside] }] };
}

function assertDestination(world: World, id: string): void {
  const account = world.store.all('account').get(id);
  if (account === undefined) throw missing('destination', id, 'destination');
  if (account.capabilities.transfers !== 'active') {
    throw invalid(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    );
  }
}

/** POST /v1/transfers/:id/reversals: reverses a part of a transfer, or by default all of the rest. */
export function prepareReversal(id: string, form: Form, world: World): () => Outcome {
  assertKnownParameters(form, ['amount', 'description', 'metadata']);
  const wanted = optionalInteger(form, 'amount', { min: 1 });
  const metadata = metadataOf(form);
  const { store, options } = world;
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
    const { currency, destination } = transfer;
    const account = String(destination);
    if (options.reversalsNeedBalance && world.available({ account, currency }) < BigInt(amount)) throw insufficient();
    const reversalId = derivedId('trr', String(store.all('transfer_reversal').size));
    const source = options.reversalSource;
    const made = reversalOf(transfer, { id: reversalId, amount, created: world.now(), metadata, source });
    return { answer: made.reversal, ...made.effects };
  };
}
