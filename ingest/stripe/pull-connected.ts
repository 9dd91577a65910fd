import Stripe from 'stripe';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { type ConnectedRecords, readBalance, readExternalAccounts, storeConnected } from './connected.ts';
import { connectedPulls } from './connected-tables.ts';
import type { PullOptions } from './pull.ts';
import { STRIPE_QUERIES } from './queries.ts';
import { isInaccessible } from './read-object.ts';
import { everyObject } from './resource.ts';
import { account as accounts } from './resources.ts';
import { type Send, sendWithRetries } from './retry.ts';
import { type ReadAt, storeRecords } from './store-records.ts';

export interface ConnectedPull extends Pick<PullOptions, 'stripe' | 'clock' | 'wait' | 'from' | 'until'> {
  /** The limit of a run; the others are read by later runs. */
  readonly accountsPerRun?: number;
  readonly onProgress?: (text: string) => void;
}

export interface ConnectedPulled {
  /** The number of accounts that were read. */
  readonly read: number;
  /** The number of records that were new or had changed. */
  readonly changed: number;
  /** The number of accounts that later runs read. */
  readonly remaining: number;
}

/** Three requests an account: a run within Stripe's rate limit takes a few minutes at most. */
const ACCOUNTS_PER_RUN = 500;

/** The number of accounts per transaction. */
const ACCOUNTS_PER_BATCH = 20;

/** An account is read once a day; what happens meanwhile is reported by webhooks. */
const READ_EVERY_MS = DAY_MS - 2 * 60 * 60 * 1000;

/**
 * Reads what webhooks may have missed inside connected accounts: payouts, balance and external accounts, each once a day, a limited number per
 * run. The account read longest ago comes first, so that each has its turn; of those never read, the ones that received a transfer in the window
 * or have a payout that has not ended. An interrupted run continues where it stopped. An account that Stripe refuses is reported and does not stop the others. Throws `Unavailable` if Stripe cannot be read.
 */
export async function pullConnected(warehouse: Warehouse, options: ConnectedPull): Promise<ConnectedPulled> {
  const { stripe, clock, from, until, wait, accountsPerRun = ACCOUNTS_PER_RUN, onProgress = () => undefined } = options;
  const send = sendWithRetries(wait);
  const wanted = await warehouse.query<{ account_id_stripe: string }>(
    ...STRIPE_QUERIES.accounts_to_read(instant(from), instant(until), instant(clock.now() - READ_EVERY_MS)),
  );
  const unended = await unendedPayouts(warehouse);
  const ids = wanted.map(({ account_id_stripe }) => account_id_stripe);
  const some = ids.slice(0, accountsPerRun);
  let [read, changed] = [0, 0];
  while (read < some.length) {
    const batch: ReadAccount[] = [];
    // Of all of them: an older state never looks newer than it is.
    const pulled_at = instant(clock.now());
    for (const account of some.slice(read, read + ACCOUNTS_PER_BATCH)) {
      const payouts = { from, unended: unended.get(account) ?? [] };
      batch.push({ account, ...(await readAccount({ stripe, send, account, payouts, onProgress })) });
    }
    changed += await store(warehouse, batch, { pulled_at, clock });
    read += batch.length;
    onProgress(`${countOf(read, 'connected account')} of ${some.length} read`);
  }
  return { read, changed, remaining: ids.length - some.length };
}

interface ReadAccount {
  readonly account: string;
  /** Undefined if Stripe refused it. */
  readonly records?: ConnectedRecords;
  /** The account, if it was deleted or disconnected. */
  readonly deleted?: Stripe.Account | Stripe.DeletedAccount;
}

interface AccountReading {
  readonly stripe: Stripe;
  readonly send: Send;
  readonly account: string;
  /** Its payouts since an instant, in milliseconds since the epoch, and earlier ones that had not ended. */
  readonly payouts: { readonly from: number; readonly unended: readonly string[] };
  readonly onProgress: (text: string) => void;
}

async function readAccount(reading: AccountReading): Promise<Pick<ReadAccount, 'records' | 'deleted'>> {
  const { stripe, send, account, onProgress } = reading;
  try {
    const records = {
      account,
      payouts: await readPayouts(reading),
      balance: await readBalance(stripe, account, send),
      externalAccounts: await readExternalAccounts(stripe, account, send),
    };
    return { records };
  } catch (error) {
    if (isInaccessible(error)) return { deleted: await send(() => accounts.retrieve(stripe, account)) };
    const { StripeError, StripeAuthenticationError } = Stripe.errors;
    if (!(error instanceof StripeError)) throw error;
    if (error instanceof StripeAuthenticationError) {
      throw new Unavailable(`Stripe could not be read: ${messageOf(error)}; correct STRIPE_API_KEY.`);
    }
    onProgress(`the connected account ${account} could not be read, and is read again tomorrow: ${messageOf(error)}`);
    return {};
  }
}

async function readPayouts({ stripe, send, account, payouts }: AccountReading): Promise<Stripe.Payout[]> {
  const within = { stripeAccount: account };
  const found = new Map<string, Stripe.Payout>();
  const created = { gte: Math.floor(payouts.from / 1000) };
  for await (const payout of everyObject((page) => stripe.payouts.list({ created, ...page }, within), send)) {
    found.set(payout.id, payout);
  }
  for (const id of payouts.unended.filter((each) => !found.has(each))) {
    found.set(id, await send(() => stripe.payouts.retrieve(id, {}, within)));
  }
  return [...found.values()];
}

async function store(warehouse: Warehouse, batch: readonly ReadAccount[], at: ReadAt): Promise<number> {
  const read = batch.flatMap(({ records }) => records ?? []);
  const deletedAccounts = batch.flatMap(({ deleted }) => deleted ?? []);
  return warehouse.transaction(async (writer) => {
    await writer.append(
      connectedPulls,
      batch.map(({ account }) => ({ account_id_stripe: account, pulled_at: at.pulled_at })),
    );
    return (await storeConnected(writer, read, at)) + (await storeRecords(writer, accounts, deletedAccounts, at));
  });
}

interface UnendedPayout extends ValueRow {
  readonly account_id_stripe: string;
  readonly id_stripe: string;
}

/** The ids of payouts that had not ended, by account. */
async function unendedPayouts(warehouse: Warehouse): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse.query<UnendedPayout>(...STRIPE_QUERIES.unended_payouts());
  const byAccount = Map.groupBy(rows, ({ account_id_stripe }) => account_id_stripe);
  return new Map([...byAccount].map(([account, some]) => [account, some.map(({ id_stripe }) => id_stripe)]));
}
