import type Stripe from 'stripe';
import { askOnce } from './asking.ts';
import { everyObject } from './resource.ts';
import { balanceTransaction } from './resources.ts';

/** Every kind of record that is kept, as the API gives it. */
export type KeptRecord =
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
 * A record, and what came about with it but is told of by no event of its own: movements of the balance and reversals of
 * transfers; also the refunds of a charge, for a charge that was refunded may be all that Stripe tells of. It follows from
 * the record as it stands, not from the event, so that the order of events does not matter.
 */
export async function* withRelated(stripe: Stripe, record: KeptRecord): AsyncGenerator<KeptRecord> {
  yield record;
  for await (const related of relatedTo(stripe, record)) yield* withRelated(stripe, related);
}

async function* relatedTo(stripe: Stripe, record: KeptRecord): AsyncGenerator<KeptRecord> {
  switch (record.object) {
    case 'charge':
      yield* movements(stripe, [record.balance_transaction, record.failure_balance_transaction]);
      if (record.amount_refunded > 0) {
        yield* everyObject((page) => stripe.refunds.list({ charge: record.id, ...page }), askOnce);
      }
      return;
    case 'refund':
    case 'payout':
      yield* movements(stripe, [record.balance_transaction, record.failure_balance_transaction]);
      return;
    case 'dispute':
      yield* record.balance_transactions;
      return;
    case 'transfer':
      yield* movements(stripe, [record.balance_transaction]);
      if (!record.reversals.has_more) yield* record.reversals.data;
      else yield* everyObject((page) => stripe.transfers.listReversals(record.id, page), askOnce);
      return;
    case 'transfer_reversal':
      yield* movements(stripe, [record.balance_transaction]);
      return;
    case 'account':
    case 'balance_transaction':
      return;
  }
}

type Reference = string | Stripe.BalanceTransaction | null | undefined;

async function* movements(stripe: Stripe, references: readonly Reference[]): AsyncGenerator<KeptRecord> {
  for (const reference of references) {
    if (typeof reference === 'string') yield (await balanceTransaction.retrieve(stripe, reference)) as KeptRecord;
    else if (reference) yield reference;
  }
}
