import type Stripe from 'stripe';
import { everyObject, idOf } from './resource.ts';
import { sendOnce } from './retry.ts';

/** Every kind of record that is stored, as the API returns it. */
export type StoredRecord =
  | Stripe.Account
  | Stripe.DeletedAccount
  | Stripe.BalanceTransaction
  | Stripe.Charge
  | Stripe.Dispute
  | Stripe.Payout
  | Stripe.Refund
  | Stripe.Transfer
  | Stripe.TransferReversal;

/**
 * A record and the related records that may change without an event of their own: balance transactions, the reversals of a
 * transfer, the charge of a refund or dispute, and the refunds of a charge. They are determined by the current state of the
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
  const charge = (reference: Reference) => each(unseen([reference]), (id) => stripe.charges.retrieve(id));
  switch (record.object) {
    case 'charge':
      yield* movements(record.balance_transaction, record.failure_balance_transaction);
      if (record.amount_refunded > 0) {
        yield* everyObject((page) => stripe.refunds.list({ charge: record.id, ...page }), sendOnce);
      }
      return;
    case 'refund':
      yield* movements(record.balance_transaction, record.failure_balance_transaction);
      yield* charge(record.charge);
      return;
    case 'dispute':
      yield* record.balance_transactions;
      yield* charge(record.charge);
      return;
    case 'transfer':
      yield* movements(record.balance_transaction);
      if (!record.reversals.has_more) yield* record.reversals.data;
      else yield* everyObject((page) => stripe.transfers.listReversals(record.id, page), sendOnce);
      return;
    case 'transfer_reversal':
      yield* movements(record.balance_transaction);
      return;
    case 'payout':
      yield* movements(record.balance_transaction, record.failure_balance_transaction);
      return;
    case 'account':
    case 'balance_transaction':
      return;
  }
}

type Reference = string | { readonly id: string } | null | undefined;

async function* each<T>(ids: readonly string[], retrieve: (id: string) => Promise<T>): AsyncGenerator<T> {
  for (const id of ids) yield await retrieve(id);
}
