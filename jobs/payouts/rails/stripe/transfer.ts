import Stripe from 'stripe';
import { messageOf, Unavailable } from '../../../../warehouse/errors.ts';
import { isInBatch } from '../../../../warehouse/functions/batches.ts';
import { invariant } from '../../../../warehouse/invariant.ts';
import type { TransferBody } from '../../payouts.ts';

/**
 * How a request for a transfer ended. `sent`: it exists. `unknown`: it may or may not exist; only the same key may be
 * sent again. `refused`: Stripe keeps this answer under the key, so the key is spent; `next` is when another key may be
 * taken: at once, once something at Stripe has changed, or never, because it would be refused as well.
 */
export type TransferOutcome =
  | { readonly outcome: 'sent'; readonly transfer: Stripe.Transfer }
  | { readonly outcome: 'unknown'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string; readonly next: 'now' | 'later' | 'never' };

/** Asks for the transfer. Throws `Unavailable` where Stripe does not take our key; nothing was asked for then. */
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
  // No status: the answer was lost. 409: another request holds the key; 502 to 504: somebody on the way gave up, and the
  // request may still be under way. 401, 403 and 429 are about us and not about the transfer.
  if (status === undefined || [401, 403, 409, 429].includes(status) || status > 500)
    return { outcome: 'unknown', reason };
  if (status === 500) return { outcome: 'refused', reason, next: 'now' };
  if (error.code === 'balance_insufficient') return { outcome: 'refused', reason, next: 'later' };
  if (status >= 400) return { outcome: 'refused', reason, next: 'never' };
  // A success whose body could not be read.
  return { outcome: 'unknown', reason };
}

/** The transfer of a payout, or undefined where Stripe proves that there is none. Throws `InvariantBroken` for two. */
export async function findTransfer(stripe: Stripe, body: TransferBody): Promise<Stripe.Transfer | undefined> {
  const { transfer_group, destination } = body;
  const { data } = await answered(stripe.transfers.list({ transfer_group, destination, limit: 2 }));
  invariant(data.length < 2, `Stripe has two transfers for ${transfer_group}; the later one must be reversed.`);
  return data[0] && requireSameTransfer(data[0], body);
}

/** A batch's transfers that Stripe has made since an instant, by their group. Throws `InvariantBroken` for two of one. */
export async function transfersOf(
  stripe: Stripe,
  { batchId, since }: { batchId: string; since: number },
): Promise<Map<string, Stripe.Transfer>> {
  const made = await answered(all(stripe.transfers.list({ created: { gte: Math.floor(since / 1000) }, limit: 100 })));
  const byGroup = new Map<string, Stripe.Transfer>();
  for (const transfer of made) {
    // Other systems of the platform may group transfers as they like.
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

/** What Stripe says to a question; throws `Unavailable` where it cannot be had. */
async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    throw new Unavailable(`Stripe could not be asked which transfers it has made: ${error.message}`);
  }
}

/** What came back must be what was asked for. */
export function requireSameTransfer(transfer: Stripe.Transfer, body: TransferBody): Stripe.Transfer {
  const destination = typeof transfer.destination === 'string' ? transfer.destination : transfer.destination?.id;
  invariant(
    transfer.amount === body.amount &&
      transfer.currency === body.currency &&
      destination === body.destination &&
      transfer.transfer_group === body.transfer_group,
    `The transfer ${transfer.id} is not the one that was asked for by ${body.transfer_group}.`,
  );
  return transfer;
}
