import type Stripe from 'stripe';
import { messageOf, NotFound } from '../../warehouse/errors.ts';
import { type ConnectedRecords, readBalance, readExternalAccounts, storeConnected } from './connected.ts';
import { isInaccessible, readOrMissing, type Storing } from './read-object.ts';
import { sendOnce } from './retry.ts';

/** What an event inside a connected account is about. */
export type ConnectedPart =
  | { readonly part: 'payout'; readonly id: string }
  | { readonly part: 'balance' | 'external_accounts' };

/**
 * Reads what an event inside a connected account is about, and the balance, which may have changed with it; of a payout that failed also
 * the external accounts, because Stripe marks the one that failed. Undefined if Stripe has no such payout or account; throws
 * `Unavailable` if it cannot be read.
 */
export async function readConnectedObject(
  stripe: Stripe,
  account: string,
  about: ConnectedPart,
): Promise<Storing | undefined> {
  const read = async (): Promise<ConnectedRecords> => {
    const payout = about.part === 'payout' && (await stripe.payouts.retrieve(about.id, {}, { stripeAccount: account }));
    const hasBankChanged = about.part === 'external_accounts' || (payout && payout.status === 'failed');
    return {
      account,
      ...(payout && { payouts: [payout] }),
      ...(hasBankChanged && { externalAccounts: await readExternalAccounts(stripe, account, sendOnce) }),
      balance: await readBalance(stripe, account, sendOnce),
    };
  };
  const records = await readOrMissing(nameOf(account, about), () => read().catch(throwNotFound));
  return records && ((writer, at) => storeConnected(writer, [records], at));
}

/** An event inside a connected account, as a subject of one read. */
export function nameOf(account: string, about: ConnectedPart): string {
  if (about.part === 'payout') return `payout ${about.id} of ${account}`;
  return about.part === 'balance' ? `balance of ${account}` : `list of external accounts of ${account}`;
}

/** An account that was deleted or disconnected has nothing. */
function throwNotFound(error: unknown): never {
  throw isInaccessible(error) ? new NotFound(messageOf(error)) : error;
}
