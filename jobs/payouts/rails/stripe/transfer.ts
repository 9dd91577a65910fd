import Stripe from 'stripe';
import { messageOf, reasonOf, Unavailable } from '../../../../warehouse/errors.ts';
import { isInBatch } from '../../../../warehouse/functions/batches.ts';
import { invariant } from '../../../../warehouse/invariant.ts';
import type { TransferBody } from '../../payouts.ts';

/**
 * The outcome of a transfer request. `sent`: the transfer exists. `unknown`: it may or may not exist; only the same key may be
 * used again. `refused`: Stripe stores this answer with the key, so the key is spent; `next` is when another key may be used:
 * `now`, `later` (after something at Stripe has changed), or `never`, because it would be refused as well.
 */
export type TransferOutcome =
  | { readonly outcome: 'sent'; readonly transfer: Stripe.Transfer }
  | { readonly outcome: 'unknown'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string; readonly next: 'now' | 'later' | 'never' };

/** Requests the transfer. Throws `InvariantBroken` if Stripe answers with a different one. */
export async function requestTransfer(
  stripe: Stripe,
  { body, key }: { body: TransferBody; key: string },
): Promise<TransferOutcome> {
  try {
    const transfer = await stripe.transfers.create(body, { idempotencyKey: key });
    return { outcome: 'sent', transfer: requireSameTransfer(transfer, body) };
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): TransferOutcome {
  const reason = messageOf(error);
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const status = error.statusCode;
  // No status: the answer was lost. 409: another request with this key is in progress. 502 to 504: a gateway gave up, and the
  // request may still be processed. 401, 403 and 429 concern our access, not the transfer.
  if (status === undefined || [401, 403, 409, 429].includes(status) || status > 500)
    return { outcome: 'unknown', reason };
  if (status === 500) return { outcome: 'refused', reason, next: 'now' };
  if (error.code === 'balance_insufficient') return { outcome: 'refused', reason, next: 'later' };
  if (status >= 400) return { outcome: 'refused', reason, next: 'never' };
  // A success with an unreadable body.
  return { outcome: 'unknown', reason };
}

/** The transfer of a payout, or undefined if Stripe has none. Throws `InvariantBroken` if there are two, `Unavailable`. */
export async function findTransfer(stripe: Stripe, body: TransferBody): Promise<Stripe.Transfer | undefined> {
  const { transfer_group, destination } = body;
  const { data } = await requireAnswer(stripe.transfers.list({ transfer_group, destination, limit: 2 }));
  invariant(data.length < 2, `Stripe has two transfers for ${transfer_group}; the later one must be reversed.`);
  return data[0] && requireSameTransfer(data[0], body);
}

/** The transfers of a batch created since an instant (ms), by group. Throws `InvariantBroken` if a group has two, `Unavailable`. */
export async function transfersOf(
  stripe: Stripe,
  { batchId, since }: { batchId: string; since: number },
): Promise<Map<string, Stripe.Transfer>> {
  const transfers = await requireAnswer(
    all(stripe.transfers.list({ created: { gte: Math.floor(since / 1000) }, limit: 100 })),
  );
  const byGroup = new Map<string, Stripe.Transfer>();
  for (const transfer of transfers) {
    // The platform's other systems may use transfer groups of their own.
    if (!isInBatch(transfer.transfer_group, batchId)) continue;
    invariant(
      !byGroup.has(transfer.transfer_group),
      `Stripe has two transfers for ${transfer.transfer_group}; the later one must be reversed.`,
    );
    byGroup.set(transfer.transfer_group, transfer);
  }
  return byGroup;
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** Stripe's answer to a read. Throws `Unavailable` if there is none. */
async function requireAnswer<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw new Unavailable(
      `The transfers could not be read from Stripe: ${reasonOf(error)}; try again, or correct STRIPE_API_KEY if Stripe refuses the key.`,
    );
  }
}

/** The transfer, which must match its request. Throws `InvariantBroken`. */
export function requireSameTransfer(transfer: Stripe.Transfer, body: TransferBody): Stripe.Transfer {
  const destination = typeof transfer.destination === 'string' ? transfer.destination : transfer.destination?.id;
  invariant(
    transfer.amount === body.amount &&
      transfer.currency === body.currency &&
      destination === body.destination &&
      transfer.transfer_group === body.transfer_group,
    `The transfer ${transfer.id} differs from the one that was requested for ${body.transfer_group}.`,
  );
  return transfer;
}
