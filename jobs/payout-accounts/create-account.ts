import type Stripe from 'stripe';
import { readObject } from '../../ingest/stripe/read-object.ts';
import { account as accounts } from '../../ingest/stripe/resources.ts';
import { instant } from '../../warehouse/clock.ts';
import { Rejected, reasonOf, Unavailable } from '../../warehouse/errors.ts';
import type { PayoutAccountsTable } from '../../warehouse/operational/payout-tables.ts';
import { creatorExists, unknownCreator } from '../creators.ts';
import { requireStripe, type Services } from '../job.ts';
import { reportedAccounts } from './queries.ts';
import { reportAccountChanges } from './report-changes.ts';
import {
  creatorsWithOpenRequests,
  hasAccount,
  type MadeAccount,
  type NewAccount,
  openRequest,
  recordAccount,
  refuseRequest,
  requestsWithoutAccount,
} from './requests.ts';
import { findAccount, requestAccount } from './stripe-account.ts';

type AccountStores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'stripe'>;

/** Stripe keeps a key for 24 hours; a request that is older is not repeated under its key. */
const KEY_VALID_MS = 20 * 60 * 60 * 1000;

/**
 * Creates the connected account of a creator at Stripe, once: the request is stored before it is sent and repeated under its key, so a
 * crash, a lost answer and two callers at once lead to one account. Throws `NotFound` for an unknown creator, `Conflict` if it has an account,
 * `Rejected` for what Stripe refuses, and `Unavailable` without a key of Stripe's, or if the outcome is not known: then the same call
 * finds out.
 */
export async function createPayoutAccount(stores: AccountStores, given: NewAccount): Promise<PayoutAccountsTable> {
  const stripe = requireStripe(stores);
  const wanted = { ...given, country: requireCountry(given.country) };
  if (!(await creatorExists(stores.warehouse, wanted.creatorId))) throw unknownCreator(wanted.creatorId);
  await assertNoneReported(stores, wanted.creatorId);
  const made = await recordAccount(stores, await makeAccount(stores, { stripe, wanted }));
  await readAccount(stores, { stripe, id: made.account_id_stripe });
  await reportAccountChanges(stores);
  return made;
}

function requireCountry(country: string): string {
  const code = country.trim().toUpperCase();
  if (/^[A-Z]{2}$/.test(code)) return code;
  throw new Rejected(
    `${JSON.stringify(country)} is not a country; give the two letters of ISO 3166-1, such as DE for Germany.`,
  );
}

/** A creator whom the marketplace pays to an account that it opened itself keeps that. An account of ours is judged with its request. */
async function assertNoneReported({ operational, warehouse }: AccountStores, creatorId: string): Promise<void> {
  const reported = (await reportedAccounts(warehouse, [creatorId])).get(creatorId);
  if (reported === undefined || reported.account_status === 'closed') return;
  const own = await operational
    .selectFrom('payout_accounts')
    .select('account_id_stripe')
    .where('account_id_stripe', '=', reported.account_id_stripe)
    .executeTakeFirst();
  if (!own) throw hasAccount(creatorId, reported.account_id_stripe);
}

async function makeAccount(
  stores: AccountStores,
  { stripe, wanted }: { stripe: Stripe; wanted: NewAccount },
): Promise<MadeAccount> {
  for (;;) {
    const request = await openRequest(stores, wanted);
    const found = request.isFirst ? undefined : await findLost(stores, { stripe, creatorId: wanted.creatorId });
    if (found) return found;
    if (stores.clock.now() - Date.parse(request.requested_at) >= KEY_VALID_MS) {
      await refuseRequest(stores, request, 'The key was too old to be used again; Stripe has no account for it.');
      continue;
    }
    const result = await requestAccount(stripe, request);
    if (result.outcome === 'created') return { account: result.account, request };
    if (result.outcome === 'refused') {
      await refuseRequest(stores, request, result.reason);
      throw new Rejected(
        `The payout account of ${wanted.creatorId} in ${wanted.country} was refused by Stripe: ${reasonOf(result.reason)}; correct that, then create it again.`,
      );
    }
    if (result.outcome === 'failed') {
      const made = await findLost(stores, { stripe, creatorId: wanted.creatorId });
      if (made) return made;
      await refuseRequest(stores, request, result.reason);
    }
    throw new Unavailable(
      `The payout account of ${wanted.creatorId} could not be created: ${reasonOf(result.reason)}; try again: it is created once, whatever Stripe has done.`,
    );
  }
}

/** Stores the account as it is now: an answer that Stripe repeats for a key is as old as the first one. */
async function readAccount(
  { warehouse, clock }: AccountStores,
  { stripe, id }: { stripe: Stripe; id: string },
): Promise<void> {
  const pulled_at = instant(clock.now());
  const store = await readObject(stripe, accounts, id);
  if (store) await warehouse.transaction((writer) => store(writer, { pulled_at, clock }));
}

/** What a request of a creator has made, although its answer was lost or was an error. */
async function findLost(
  { operational }: AccountStores,
  { stripe, creatorId }: { stripe: Stripe; creatorId: string },
): Promise<MadeAccount | undefined> {
  return findAccount(stripe, await requestsWithoutAccount(operational, creatorId));
}

/** Records the accounts of requests whose answers were lost and that nobody has repeated. Throws `Unavailable`. */
export async function recordLostAccounts(stores: AccountStores): Promise<void> {
  const stripe = requireStripe(stores);
  for (const creatorId of await creatorsWithOpenRequests(stores.operational)) {
    const made = await findLost(stores, { stripe, creatorId });
    if (made) await recordAccount(stores, made);
  }
}
