import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chooseInstantPayouts } from '../../../../jobs/payouts/instant/choices.ts';
import { isInstantPayoutDue, requestInstantPayouts } from '../../../../jobs/payouts/instant/request-instant-payouts.ts';
import { reversePayout } from '../../../../jobs/payouts/reverse-payout.ts';
import { statusOf } from '../../../../jobs/payouts/status.ts';
import { Rejected, Unavailable } from '../../../../warehouse/errors.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import type { Fault } from '../../../support/stripe/faults.ts';
import { CLOSING, RUN } from '../../test-services.ts';
import { ApprovedPayouts, payoutOf } from '../approved-payouts.ts';
import { stoppingStore } from '../stopping-store.ts';

const ADA = payoutOf('cr_ada');
const account = 'acct_ada';
let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());

const services = () => ({ ...payouts.harness.services, instantPayouts: true });
const run = (given = services()) => requestInstantPayouts.run({ ...given, ...RUN }, parsePeriod('2026-01'));
const choose = (isInstant: boolean, creatorId = 'cr_ada') =>
  chooseInstantPayouts(services(), { creatorId, isInstant, by: 'ada' });
/** What ada has received, and how much of it has left for her bank, by payouts that the local Stripe has. */
const left = () => payouts.harness.stripe.balance('usd', account);
const log = async () => {
  const steps = payouts.operational.selectFrom('instant_payout_log').selectAll().orderBy('entry');
  return (await steps.execute()).map(({ state, reason }) => [state, reason ?? []].flat().join(': '));
};
const faultOnce = (fault: Fault, method = 'POST') => {
  let isDone = false;
  payouts.harness.faults(({ path, method: asked }) => {
    if (path !== '/v1/payouts' || asked !== method || isDone) return undefined;
    isDone = true;
    return fault;
  });
};

beforeEach(async () => {
  await payouts.approve();
  await payouts.markAsSent('cr_ada');
  payouts.harness.stripe.externalAccount({
    ...{ id: 'ba_ada', account, currency: 'usd', created_at_ms: Date.parse(CLOSING), takes_instant: true },
  });
  await choose(true);
});

test('only a creator who has chosen it is paid out at once, once, and only while it is switched on', async () => {
  expect(await isInstantPayoutDue(services())).toBe(true);
  expect(await isInstantPayoutDue({ ...services(), instantPayouts: false })).toBe(false);
  expect(await run({ ...services(), instantPayouts: false })).toEqual({ made: 0, declined: 0, waiting: 0 });
  expect(await run()).toEqual({ made: 1, declined: 0, waiting: 0 });
  expect(await run()).toEqual({ made: 0, declined: 0, waiting: 0 });
  expect(left()).toBe(0n);
  expect(await log()).toEqual(['intent', 'made']);
  const batch = await statusOf(services(), 'batch_2026-01');
  expect(batch.find(({ payout_id }) => payout_id === ADA)).toMatchObject({ instant_payout_state: 'made' });
  await choose(false);
  const last = payouts.operational.selectFrom('instant_payout_choices').select('is_instant').orderBy('entry');
  expect(await last.execute()).toEqual([{ is_instant: true }, { is_instant: false }]);
});

test.each([1, 2].flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when }))))(
  'after a crash $when write $nth, the next run pays it out once',
  async ({ nth, when }) => {
    const stopped = await run({ ...services(), operational: stoppingStore(payouts.operational, nth, when) }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(stopped === undefined || stopped instanceof Unavailable).toBe(true);
    await run();
    expect(await log()).toEqual(['intent', 'made']);
    expect(left()).toBe(0n);
  },
);

test.each<Fault>(['rate_limit', 'drop_after_commit', 'error_committed'])(
  'with the fault %s, it is paid out once',
  async (fault) => {
    faultOnce(fault);
    expect(await run()).toMatchObject({ made: 1 });
    expect(await log()).toEqual(['intent', 'made']);
    expect(left()).toBe(0n);
  },
);

test.each<[string, Fault]>([
  ['a failure', 'error_uncommitted'],
  ['a limit', { refused: 'instant_payouts_limit_exceeded' }],
])('after %s nothing is requested again: the schedule of Stripe pays it out', async (_what, fault) => {
  faultOnce(fault);
  expect(await run()).toMatchObject({ declined: 1 });
  expect(await run()).toEqual({ made: 0, declined: 0, waiting: 0 });
  expect(await log()).toEqual(['intent', expect.stringMatching(/^declined: ./)]);
  expect(left()).toBe(80_00n);
});

test('a request without an answer waits, and is looked up once its key is too old', async () => {
  payouts.harness.faults(({ path, method }) =>
    path === '/v1/payouts' && method === 'POST' ? 'drop_before' : undefined,
  );
  expect(await run()).toMatchObject({ waiting: 1 });
  payouts.harness.faults(() => undefined);
  await payouts.operational.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    await sql`update instant_payout_log set logged_at = logged_at - interval '21 hours'`.execute(connection);
    await sql`set session_replication_role = origin`.execute(connection);
  });
  expect(await run()).toMatchObject({ declined: 1 });
  expect(left()).toBe(80_00n);
});

test('Stripe that refuses the key stops the run; the next one goes on', async () => {
  payouts.harness.faults(({ path }) => (path === '/v1/payouts' ? { forbidden: 'no permission' } : undefined));
  await expect(run()).rejects.toThrow(/Stripe refuses all of them .*TANTIEME_INSTANT_PAYOUTS=off/);
  payouts.harness.faults(() => undefined);
  expect(await run()).toMatchObject({ made: 1 });
});

test('what cannot be paid out at once is declined with its reason, and nothing is asked a day later', async () => {
  payouts.harness.stripe.changeExternalAccount({
    id: 'ba_ada',
    account,
    status: 'errored',
    at_ms: Date.parse(CLOSING),
  });
  expect(await run()).toMatchObject({ declined: 1 });
  expect(await log()).toEqual([expect.stringContaining('takes instant payouts')]);
  await choose(true, 'cr_cai');
  payouts.harness.setTime('2026-02-03T05:00:00.000Z');
  expect(await isInstantPayoutDue(services())).toBe(false);
});

test('a payout that is edited, or taken back, is not paid out at once', async () => {
  const { body: approved } = await payouts.line('cr_ada');
  const edit = (body: string | null) =>
    payouts.operational.updateTable('payout_lines').set({ body }).where('payout_id', '=', ADA).execute();
  await edit(JSON.stringify({ ...JSON.parse(approved ?? ''), destination: 'acct_ben' }));
  expect(await run()).toMatchObject({ waiting: 1 });
  expect(await log()).toEqual([]);
  await edit(approved);
  const options = { payoutId: ADA, sentence: 'Paid by mistake.' };
  await reversePayout.run({ ...services(), ...RUN }, parsePeriod('2026-01'), options);
  expect(await run()).toMatchObject({ made: 0, waiting: 1 });
  expect(left()).toBe(0n);
});

test('a payout by a bank file is never one to pay out at once', async () => {
  const body = JSON.stringify({ payout_rail: 'sepa' });
  await payouts.operational.updateTable('payout_lines').set({ body }).where('payout_id', '=', ADA).execute();
  expect(await isInstantPayoutDue(services())).toBe(false);
  expect(await run()).toEqual({ made: 0, declined: 0, waiting: 0 });
});

test('it cannot be chosen where it is switched off, or for a creator without an account', async () => {
  const off = chooseInstantPayouts(payouts.harness.services, { creatorId: 'cr_cai', isInstant: true, by: 'ada' });
  await expect(off).rejects.toThrow(Rejected);
  await expect(choose(true, 'cr_nobody')).rejects.toThrow(/cr_nobody/);
});
