import type Stripe from 'stripe';
import { everyObject, idOf } from './resource.ts';
import { reversalsOf } from './resources.ts';
import { sendOnce } from './retry.ts';

/** Every kind of record that is stored, as the API returns it. */
export type StoredRecord =
  | Stripe.Account
  | Stripe.DeletedAccount
  | Stripe.BalanceTransaction
  | Stripe.Charge
  | Stripe.Dispute
  | Stripe.FeeRefund
  | Stripe.Payout
  | Stripe.Refund
  | Stripe.Topup
  | Stripe.Transfer
  | Stripe.TransferReversal;

/**
 * A record and the related records that may change without an event of their own: balance transactions, the reversals of a
 * transfer, the charge of a refund or dispute, and the refunds of a charge. A balance transaction that the record does not name is
 * found by its source: what takes back a top-up or a part of a charge that was not captured, and what a dispute does not list. They are determined by the current state of the
 * record, not by the event, so the order of events does not matter. Each is read once.
 */
export async function* withRelated(
  stripe: Stripe,
  record: StoredRecord,
  seen: Set<string> = new Set(),
): AsyncGenerator<StoredRecord> {
  if (seen.has(record.id)) return;
  seen.add(record.id);
  yield record;
  for await (const related of relatedTo(stripe, record, seen)) yield* withRelated(stripe, related, seen);
}

async function* relatedTo(
  stripe: Stripe,
  record: StoredRecord,
  seen: ReadonlySet<string>,
): AsyncGenerator<StoredRecord, void> {
  const unseen = (references: readonly Reference[]): string[] =>
    references.map(idOf).filter((id) => id !== null && !seen.has(id)) as string[];
  const movements = (...references: Reference[]) =>
    each(unseen(references), (id) => stripe.balanceTransactions.retrieve(id));
  const movementsFrom = (source: string) =>
    everyObject((page) => stripe.balanceTransactions.list({ source, ...page }), sendOnce);
  const charge = (reference: Reference) => each(unseen([reference]), (id) => stripe.charges.retrieve(id));
  switch (record.object) {
    case 'charge':
      yield* movements(record.balance_transaction, record.failure_balance_transaction);
      if (isPartlyCaptured(record) || isTakenBack(record)) yield* movementsFrom(record.id);
      if (record.amount_refunded > 0 || isPartlyCaptured(record)) {
        yield* everyObject((page) => stripe.refunds.list({ charge: record.id, ...page }), sendOnce);
      }
      return;
    case 'refund':
      yield* movements(record.balance_transaction, record.failure_balance_transaction);
      if (isTakenBack(record)) yield* movementsFrom(record.id);
      yield* charge(record.charge);
      return;
    case 'dispute':
      yield* record.balance_transactions;
      // By the client's typings there are at most two.
      if (record.balance_transactions.length > 1) yield* movementsFrom(record.id);
      yield* charge(record.charge);
      return;
    case 'transfer':
      yield* movements(record.balance_transaction);
      yield* reversalsOf(stripe, record, sendOnce);
      return;
    case 'transfer_reversal':
    case 'fee_refund':
      yield* movements(record.balance_transaction);
      return;
    case 'payout':
      yield* movements(record.balance_transaction, record.failure_balance_transaction);
      if (isTakenBack(record)) yield* movementsFrom(record.id);
      return;
    case 'topup':
      yield* movements(record.balance_transaction);
      if (record.status === 'reversed') yield* movementsFrom(record.id);
      return;
    case 'account':
    case 'balance_transaction':
      return;
  }
}

/** The rest of an authorisation is given back by a balance transaction of its own. Source: docs.stripe.com/reports/reporting-categories. */
function isPartlyCaptured({ captured, amount, amount_captured }: Stripe.Charge): boolean {
  return captured && amount_captured < amount;
}

/** Whether money came back by a balance transaction that the record does not name. */
function isTakenBack({ status, ...record }: Stripe.Charge | Stripe.Refund | Stripe.Payout): boolean {
  const hasFailed = status === 'failed' || status === 'canceled';
  return hasFailed && Boolean(record.balance_transaction) && !record.failure_balance_transaction;
}

type Reference = string | { readonly id: string } | null | undefined;

async function* each<T>(ids: readonly string[], retrieve: (id: string) => Promise<T>): AsyncGenerator<T> {
  for (const id of ids) yield await retrieve(id);
}
