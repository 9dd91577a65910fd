import type { KyselyPlugin } from 'kysely';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { createAccountLink } from '../../../jobs/payout-accounts/account-link.ts';
import { createPayoutAccount } from '../../../jobs/payout-accounts/create-account.ts';
import { reportAccountChanges } from '../../../jobs/payout-accounts/report-changes.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { Conflict, NotFound, Rejected, Unavailable } from '../../../warehouse/errors.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { catalogueEvent } from '../../ingest/load/receipts.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { accountUpdated } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  const names = Array.from({ length: 30 }, (_, index) => String(index + 1));
  const signedUp = (name: string) =>
    catalogueEvent(creatorSignedUp, '2026-01-01T00:00:00.000Z', {
      ...{ creator_id: `cr_${name}`, creator_name: name, country: 'DE' },
    });
  await harness.recordEvents(
    ...[...names, 'ben'].map(signedUp),
    accountUpdated('ben', { at: '2026-01-02T00:00:00.000Z' }),
  );
  await harness.run(loadEvents);
});
afterAll(() => harness[Symbol.asyncDispose]());

/** The creator of a test; each has its own. */
let creator = '';
let creators = 0;
beforeEach(() => {
  creator = `cr_${++creators}`;
  harness.setTime('2026-02-02T04:00:00.000Z');
  harness.faults(() => undefined);
});

interface Given {
  readonly creatorId?: string;
  readonly country?: string;
  readonly operational?: Operational;
}

const create = ({ creatorId = creator, country = 'DE', ...stores }: Given = {}) =>
  createPayoutAccount({ ...harness.services, ...stores }, { creatorId, country, email: undefined, by: 'ada' });
const atStripe = async (creatorId = creator) =>
  ((await harness.services.stripe?.accounts.list({ limit: 100 }))?.data ?? []).filter(
    ({ metadata }) => metadata?.creator_id === creatorId,
  );
const sequences = async (table: 'payout_account_requests' | 'payout_account_refusals') => {
  const found = harness.services.operational.selectFrom(table).select('sequence').where('creator_id', '=', creator);
  return (await found.orderBy('sequence').execute()).map(({ sequence }) => sequence);
};
const events = async () =>
  (await harness.services.operational.selectFrom('outbox').select('properties').execute())
    .map(({ properties }) => properties as { creator_id: string; account_status: string })
    .filter(({ creator_id }) => creator_id === creator);

/** Calls until the account is created, as a person does who is told to try again. */
async function createUntilDone(): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const done = await create().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Conflict) return true;
        if (!(error instanceof Unavailable)) throw error;
        return false;
      },
    );
    if (done) return;
  }
  throw new Error('There is no account after four tries.');
}

/** One account at Stripe that names its creator, one row of ours, one event. */
async function createdOnce(): Promise<void> {
  const [account, ...others] = await atStripe();
  expect(others).toEqual([]);
  const rows = harness.services.operational.selectFrom('payout_accounts').selectAll().where('creator_id', '=', creator);
  expect(await rows.execute()).toMatchObject([{ account_id_stripe: account?.id, country: 'DE', created_by: 'ada' }]);
  expect(await events()).toHaveLength(1);
}

/** The answer of the next account is lost, although Stripe has created it. */
const loseAnswer = () => harness.faults(({ method }) => (method === 'POST' ? 'truncate_after_commit' : undefined));

describe('one account is created', () => {
  const FAULTS = ['error_uncommitted', 'error_committed', 'truncate_after_commit'] as const;
  const MORE = ['rate_limit', 'dependency_failed', 'drop_before', 'drop_after_commit', 'hang_after_commit'] as const;
  test.each(FULL_RUN ? [...FAULTS, ...MORE] : FAULTS)('with the fault %s at Stripe', async (fault) => {
    let faults = 0;
    harness.faults(({ method }) => (method === 'POST' && ++faults <= 2 ? fault : undefined));
    await createUntilDone();
    await createdOnce();
  });

  /** A control store whose process stops at the nth write. */
  function stoppingStore(nth: number, when: 'before' | 'after'): Operational {
    let writes = 0;
    const stopped = new WeakSet<object>();
    const stop = (): never => {
      throw new Unavailable('The process stopped here.');
    };
    const plugin: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        if (node.kind === 'InsertQueryNode' && ++writes >= nth) {
          if (when === 'before' || writes > nth) stop();
          stopped.add(queryId);
        }
        return node;
      },
      transformResult: async ({ result, queryId }) => (stopped.has(queryId) ? stop() : result),
    };
    return harness.services.operational.withPlugin(plugin);
  }

  // The request, the account, its first state and the event of that.
  const some = [1, 2, 4].map((nth) => ({ nth, when: 'after' as const }));
  const others = [1, 2, 3, 4].map((nth) => ({ nth, when: 'before' as const }));
  test.each(FULL_RUN ? [...some, ...others] : some)(
    'when the process stops $when write $nth',
    async ({ nth, when }) => {
      await expect(create({ operational: stoppingStore(nth, when) })).rejects.toThrow('The process stopped here.');
      await createUntilDone();
      // The account was recorded, but not read; the next pull reads and reports it.
      if (nth === 2) await harness.run(pullFromStripe);
      else await reportAccountChanges(harness.services);
      await createdOnce();
    },
  );

  test('by two callers at once', async () => {
    const both = await Promise.allSettled([create(), create()]);
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    await createUntilDone();
    await createdOnce();
  });

  test('after the key has expired, if its account is found by its metadata', async () => {
    loseAnswer();
    await expect(create()).rejects.toThrow(Unavailable);
    harness.faults(() => undefined);
    harness.setTime('2026-02-04T04:00:00.000Z');
    expect(await create()).toMatchObject({ sequence: 1 });
    await createdOnce();
  });

  test('and found by the pull if nobody repeats a request whose answer was lost', async () => {
    loseAnswer();
    await expect(create()).rejects.toThrow(Unavailable);
    harness.faults(() => undefined);
    expect(await harness.run(pullFromStripe)).toMatchObject({ account_changes: 1 });
    await createdOnce();
  });

  test('with the next key after the key has expired, if Stripe has no account', async () => {
    harness.faults(({ method }) => (method === 'POST' ? 'rate_limit' : undefined));
    await expect(create()).rejects.toThrow(Unavailable);
    harness.faults(() => undefined);
    harness.setTime('2026-02-04T04:00:00.000Z');
    expect(await create()).toMatchObject({ sequence: 2 });
    expect(await sequences('payout_account_refusals')).toEqual([1]);
    await createdOnce();
  });

  test('with the state that it has when its lost answer is found, not that of the answer', async () => {
    loseAnswer();
    await expect(create()).rejects.toThrow(/^The payout account of cr_\d+ could not be created: .+; try again/);
    harness.faults(() => undefined);
    const [account] = await atStripe();
    harness.stripe.completeAccount(account?.id ?? '');
    await create();
    expect(await events()).toMatchObject([{ account_status: 'active' }]);
  });
});

describe('what is refused', () => {
  test.each([
    ['an unknown creator', { creatorId: 'cr_nobody' }, NotFound, /^There is no creator cr_nobody\.$/],
    [
      'a creator with an account of the marketplace',
      { creatorId: 'cr_ben' },
      Conflict,
      /^No payout account can be created for cr_ben: it has acct_ben already; /,
    ],
    ['what is no country', { country: 'Germany' }, Rejected, /^"Germany" is not a country; give the two letters/],
    [
      'a country where Stripe opens no accounts',
      { country: 'KP' },
      Rejected,
      /^The payout account of cr_\d+ in KP was refused by Stripe: KP is not currently supported by Stripe .+; correct that, then create it again\.$/,
    ],
  ] as const)('%s', async (_what, given, kind, sentence) => {
    const creating = create(given);
    await expect(creating).rejects.toThrow(kind);
    await expect(creating).rejects.toThrow(sentence);
    expect(await atStripe('creatorId' in given ? given.creatorId : creator)).toEqual([]);
  });

  test('a second account, and after a refusal nothing', async () => {
    await expect(create({ country: 'KP' })).rejects.toThrow(Rejected);
    const { account_id_stripe, sequence } = await create();
    expect(sequence).toBe(2);
    const again = create();
    await expect(again).rejects.toThrow(Conflict);
    await expect(again).rejects.toThrow(
      `No payout account can be created for ${creator}: it has ${account_id_stripe} already`,
    );
    expect(await sequences('payout_account_requests')).toEqual([1, 2]);
  });

  test('another country while the outcome of the first is not known', async () => {
    loseAnswer();
    await expect(create()).rejects.toThrow(Unavailable);
    harness.faults(() => undefined);
    await expect(create({ country: 'FR' })).rejects.toThrow(
      /^The payout account of cr_\d+ cannot be created like this: ada requested one in DE without an e-mail address at 2026-02-02T04:00:00\.000Z, and Stripe's answer is not known yet; repeat that request first\.$/,
    );
  });

  test('everything without a key of Stripe', async () => {
    const services = { ...harness.services, stripe: undefined };
    const given = { creatorId: creator, country: 'DE', email: undefined, by: 'ada' };
    await expect(createPayoutAccount(services, given)).rejects.toThrow(/set STRIPE_API_KEY/);
    await expect(createAccountLink(services, given)).rejects.toThrow(/set STRIPE_API_KEY/);
  });

  test('a link without an account, without or with a wrong address, and to a deleted account', async () => {
    const link = (more = {}) => createAccountLink(harness.services, { creatorId: creator, ...more });
    await expect(link({ creatorId: 'cr_nobody' })).rejects.toThrow(NotFound);
    await expect(link()).rejects.toThrow(
      /^cr_\d+ has no payout account; create one with "tantieme accounts create cr_\d+ --country …"\.$/,
    );
    const { account_id_stripe } = await create();
    const bare = { ...harness.services, accountUrls: { returnUrl: undefined, refreshUrl: undefined } };
    await expect(createAccountLink(bare, { creatorId: creator, returnUrl: 'https://a.example' })).rejects.toThrow(
      /^An account link cannot be made without refresh_url, .+; give it, or set TANTIEME_ACCOUNT_REFRESH_URL\.$/,
    );
    await expect(link({ returnUrl: 'ftp://a' })).rejects.toThrow(
      'An account link cannot be made with this return_url: "ftp://a" is not an http or https address.',
    );
    harness.faults(({ path }) => (path === '/v1/account_links' ? 'rate_limit' : undefined));
    await expect(link()).rejects.toThrow(Unavailable);
    harness.stripe.deleteAccount(account_id_stripe);
    await expect(link()).rejects.toThrow(
      /^An account link for cr_\d+ could not be made: The provided key does not have/,
    );
  });

  test('any change of what was recorded', async () => {
    await create();
    const { operational } = harness.services;
    for (const change of [
      sql`update payout_accounts set creator_id = 'cr_ben'`,
      sql`delete from payout_account_states`,
    ]) {
      await expect(change.execute(operational)).rejects.toThrow(/^Rows of payout_account\w* are only added\.$/);
    }
  });
});
