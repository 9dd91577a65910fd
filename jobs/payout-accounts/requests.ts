import type Stripe from 'stripe';
import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutAccountRequestsTable, PayoutAccountsTable } from '../../warehouse/operational/payout-tables.ts';
import type { Services } from '../job.ts';

type RequestStores = Pick<Services, 'operational' | 'clock'>;

export interface NewAccount {
  readonly creatorId: string;
  /** ISO 3166-1 alpha-2, upper-case. */
  readonly country: string;
  readonly email: string | undefined;
  /** Who creates it. */
  readonly by: string;
}

/** A request that may have reached Stripe. */
export type SentRequest = Omit<PayoutAccountRequestsTable, 'body'>;

/** An account at Stripe, and the request that has made it. */
export interface MadeAccount {
  readonly account: Stripe.Account;
  readonly request: SentRequest;
}

/** A request whose outcome is not known yet. */
export interface OpenRequest extends SentRequest {
  readonly body: AccountBody;
  /** Whether nobody can have sent it, or an earlier one, to Stripe. */
  readonly isFirst: boolean;
}

/** The request to Stripe, fixed before it is sent. */
type AccountBody = Stripe.AccountCreateParams & {
  readonly country: string;
  readonly metadata: { readonly creator_id: string; readonly request_key: string };
};

/** The idempotency key of a request; also in the metadata of its account, by which it is found again. */
export function requestKeyOf({ creator_id, sequence }: Pick<OpenRequest, 'creator_id' | 'sequence'>): string {
  return `payout-account/${creator_id}/${sequence}`;
}

/**
 * An account that only receives transfers: the platform pays the fees and bears the losses, Stripe collects what it requires and offers the
 * Express dashboard. Source: docs.stripe.com/connect/accounts-v1 (controller properties).
 */
function bodyOf({ creatorId, country, email }: NewAccount, sequence: number): AccountBody {
  return {
    country,
    ...(email !== undefined && { email }),
    controller: {
      fees: { payer: 'application' },
      losses: { payments: 'application' },
      requirement_collection: 'stripe',
      stripe_dashboard: { type: 'express' },
    },
    capabilities: { transfers: { requested: true } },
    metadata: { creator_id: creatorId, request_key: requestKeyOf({ creator_id: creatorId, sequence }) },
  };
}

/**
 * The request of a creator that is open, or a new one, which is stored before this returns. Two callers at once get the same. Throws
 * `Conflict` if the creator has an account that is not closed, or if another country or address was requested and that is still open.
 */
export async function openRequest(stores: RequestStores, wanted: NewAccount): Promise<OpenRequest> {
  for (;;) {
    const found = await lastRequest(stores.operational, wanted.creatorId);
    if (found?.account_id_stripe != null && found.account_status !== 'closed') {
      throw hasAccount(wanted.creatorId, found.account_id_stripe);
    }
    if (found && found.account_id_stripe === null && found.reason === null) {
      const body = JSON.parse(found.body) as AccountBody;
      assertSame(body, wanted, found);
      return { ...found, body, isFirst: false };
    }
    const made = await insertRequest(stores, wanted, (found?.sequence ?? 0) + 1);
    if (made) return made;
  }
}

export function hasAccount(creatorId: string, accountId: string): Conflict {
  return new Conflict(
    `No payout account can be created for ${creatorId}: it has ${accountId} already; make an account link for that.`,
  );
}

/** Undefined if another caller has made this request meanwhile. */
async function insertRequest(
  { operational, clock }: RequestStores,
  wanted: NewAccount,
  sequence: number,
): Promise<OpenRequest | undefined> {
  const body = bodyOf(wanted, sequence);
  const request = {
    ...{ creator_id: wanted.creatorId, sequence },
    ...{ requested_by: wanted.by, requested_at: instant(clock.now()) },
  };
  const inserted = await operational
    .insertInto('payout_account_requests')
    .values({ ...request, body: canonicalJson(body) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('sequence')
    .executeTakeFirst();
  return inserted && { ...request, body, isFirst: sequence === 1 };
}

/** The last request of a creator with what became of it. */
function lastRequest(operational: Operational, creatorId: string) {
  return operational
    .selectFrom('payout_account_requests as request')
    .leftJoin('payout_account_refusals as refusal', (join) =>
      join.onRef('refusal.creator_id', '=', 'request.creator_id').onRef('refusal.sequence', '=', 'request.sequence'),
    )
    .leftJoin('payout_accounts as account', (join) =>
      join.onRef('account.creator_id', '=', 'request.creator_id').onRef('account.sequence', '=', 'request.sequence'),
    )
    .leftJoin('payout_account_states as state', 'state.account_id_stripe', 'account.account_id_stripe')
    .select(['request.creator_id', 'request.sequence', 'request.body', 'request.requested_by', 'request.requested_at'])
    .select(['refusal.reason', 'account.account_id_stripe', 'state.account_status'])
    .where('request.creator_id', '=', creatorId)
    .orderBy('request.sequence', 'desc')
    .orderBy('state.number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function assertSame(
  { country, email }: AccountBody,
  wanted: NewAccount,
  { requested_by, requested_at }: { readonly requested_by: string; readonly requested_at: string },
): void {
  if (country === wanted.country && email === wanted.email) return;
  const with_ = email === undefined ? 'without an e-mail address' : `with the e-mail address ${email}`;
  throw new Conflict(
    `The payout account of ${wanted.creatorId} cannot be created like this: ${requested_by} requested one in ${country} ${with_} at ${requested_at}, and Stripe's answer is not known yet; repeat that request first.`,
  );
}

/** The requests of a creator that have made no account as far as we know, oldest first. */
export async function requestsWithoutAccount(
  operational: Operational,
  creatorId: string,
): Promise<readonly SentRequest[]> {
  return operational
    .selectFrom('payout_account_requests as request')
    .leftJoin('payout_accounts as account', (join) =>
      join.onRef('account.creator_id', '=', 'request.creator_id').onRef('account.sequence', '=', 'request.sequence'),
    )
    .select(['request.creator_id', 'request.sequence', 'request.requested_by', 'request.requested_at'])
    .where('request.creator_id', '=', creatorId)
    .where('account.account_id_stripe', 'is', null)
    .orderBy('request.sequence')
    .execute();
}

/** Records that a request has made no account; the next attempt has another key. */
export async function refuseRequest(
  { operational, clock }: RequestStores,
  { creator_id, sequence }: Pick<OpenRequest, 'creator_id' | 'sequence'>,
  reason: string,
): Promise<void> {
  await operational
    .insertInto('payout_account_refusals')
    .values({ creator_id, sequence, reason: reason || 'refused', refused_at: instant(clock.now()) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The creators with a request whose outcome is not known. */
export async function creatorsWithOpenRequests(operational: Operational): Promise<readonly string[]> {
  const open = await operational
    .selectFrom('payout_account_requests as request')
    .leftJoin('payout_account_refusals as refusal', (join) =>
      join.onRef('refusal.creator_id', '=', 'request.creator_id').onRef('refusal.sequence', '=', 'request.sequence'),
    )
    .leftJoin('payout_accounts as account', (join) =>
      join.onRef('account.creator_id', '=', 'request.creator_id').onRef('account.sequence', '=', 'request.sequence'),
    )
    .select('request.creator_id')
    .where('refusal.reason', 'is', null)
    .where('account.account_id_stripe', 'is', null)
    .execute();
  return open.map(({ creator_id }) => creator_id);
}

/** Records the account of a request; another caller may have done it. */
export async function recordAccount(
  { operational, clock }: RequestStores,
  { account, request }: MadeAccount,
): Promise<PayoutAccountsTable> {
  const { creator_id, sequence, requested_by } = request;
  const made = {
    ...{ creator_id, account_id_stripe: account.id, sequence },
    country: requirePresent(account.country, `Stripe's account ${account.id} must have a country.`),
    ...{ created_by: requested_by, created_at: instant(clock.now()) },
  };
  await operational
    .insertInto('payout_accounts')
    .values(made)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return made;
}
