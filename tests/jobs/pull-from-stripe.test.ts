import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GivenOptions } from '../../jobs/job.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { pullFromStripe, readWindow } from '../../jobs/pull-from-stripe.ts';
import { runJob } from '../../jobs/run-job.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(async () => {
  await harness.restart();
  harness.setTime('2026-02-10T12:00:00.000Z');
});

const charge = (id: string, at: string) =>
  harness.stripe.charge({ id, amount_minor: 100n, currency: 'usd', created_at_ms: Date.parse(at) });
const charges = async () =>
  (await harness.services.warehouse.query('select id_stripe from stripe.charges order by created_at')).map(
    ({ id_stripe }) => id_stripe,
  );
const progress: string[] = [];
const pull = (options?: GivenOptions) =>
  runJob(harness.services, {
    job: pullFromStripe,
    options,
    startedBy: 'ada',
    onProgress: (text) => void progress.push(text),
  });

describe('pull-stripe', () => {
  test('reads from one day before the beginning of last month', async () => {
    charge('ch_0', '2025-12-30T23:59:59.000Z');
    charge('ch_1', '2025-12-31T00:00:00.000Z');
    charge('ch_2', '2026-02-10T11:59:59.000Z');
    expect(await pull()).toEqual({
      from: '2025-12-31T00:00:00.000Z',
      until: '2026-02-11T00:00:00.000Z',
      pulled: 4,
      stored: 4,
      resumed: false,
      connected: { read: 0, changed: 0, remaining: 0 },
      bank_payouts: { attributed: 0, remaining: 0 },
    });
    expect(await charges()).toEqual(['ch_1', 'ch_2']);
    expect(progress).toContain('1 record pulled, balance_transaction until 2026-01-01');
  });

  test('reads the given half-open window and one day before it', async () => {
    charge('ch_0', '2025-01-30T23:59:59.000Z');
    charge('ch_1', '2025-01-31T00:00:00.000Z');
    charge('ch_2', '2025-02-28T23:59:59.000Z');
    charge('ch_3', '2025-03-01T00:00:00.000Z');
    const window = { from: '2025-01-31T00:00:00.000Z', until: '2025-03-01T00:00:00.000Z' };
    expect(await pull({ from: '2025-02-01', to: '2025-03-01' })).toMatchObject({ ...window, pulled: 4 });
    expect(await charges()).toEqual(['ch_1', 'ch_2']);
  });

  test("reads the platform's balance if it reaches the present, and the accounts that were paid", async () => {
    harness.stripe.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
    charge('ch_1', '2026-02-09T00:00:00.000Z');
    charge('ch_2', '2026-02-09T00:00:00.000Z');
    await harness.services.stripe?.transfers.create({ amount: 50, currency: 'usd', destination: 'acct_ada' });
    const balances = () =>
      harness.services.warehouse.query('select available_minor, pulled_at from stripe.balances order by pulled_at');
    await pull({ from: '2026-02-01', to: '2026-02-10' });
    expect(await balances()).toEqual([]);
    harness.setTime('2026-02-10T12:00:05.000Z');
    expect(await pull()).toMatchObject({ connected: { read: 1, changed: 1, remaining: 0 } });
    expect(await balances()).toEqual([{ available_minor: 84n, pulled_at: '2026-02-10T12:00:04.999Z' }]);
    harness.faults(({ path }) => (path === '/v1/balance' ? { forbidden: 'Not for this key.' } : undefined));
    await pull();
    expect(progress.at(-1)).toMatch(/^the balance is read by the next pull: .*Not for this key/);
  });

  test('with consecutive windows finds records that appeared late with an older time', async () => {
    await pull({ from: '2026-02-01', to: '2026-02-05' });
    charge('ch_late', '2026-02-04T23:59:59.000Z');
    await pull({ from: '2026-02-05', to: '2026-02-06' });
    expect(await charges()).toEqual(['ch_late']);
  });

  test('resumes an interrupted pull an hour later', async () => {
    charge('ch_1', '2026-01-10T00:00:00.000Z');
    // Stripe refuses a missing permission at once, so the pull does not retry.
    harness.faults(({ path }) => (path === '/v1/charges' ? { forbidden: 'Charges are not for this key.' } : undefined));
    await expect(pull()).rejects.toThrow(
      'Stripe could not be read: Charges are not for this key; try again, or correct STRIPE_API_KEY',
    );
    harness.faults(() => undefined);
    harness.setTime('2026-02-10T13:00:00.000Z');
    expect(await pull()).toMatchObject({ resumed: true, until: '2026-02-11T00:00:00.000Z' });
    expect(await charges()).toEqual(['ch_1']);
    expect(await pull()).toMatchObject({ resumed: false, stored: 0 });
  });

  test.each([
    [{ from: 'monday' }, /^from takes a day such as .+, not "monday"\.$/],
    [{ from: '2026-02-30' }, /^from takes a day/],
    [{ from: '2026-01-01T00:00:00+01:00' }, /^from takes a day/],
    [{ from: '2026-01-01', to: '2026-01' }, /^to takes a day/],
    [{ to: '2026-01-01' }, /^pull-stripe cannot be run with to but without from; give both\.$/],
    [{ from: '2026-01-02', to: '2026-01-01' }, /but to \(2026-01-01\) is not after from \(2026-01-02\)\.$/],
    [{ from: '2026-02-11' }, /^pull-stripe cannot start in the future: from is 2026-02-11T00:00:00\.000Z\.$/],
    [{ since: '2026-01-01' }, /^pull-stripe takes the options from and to, not since\.$/],
  ])('refuses %j', async (options: GivenOptions, sentence) => {
    const pulling = pull(options);
    await expect(pulling).rejects.toThrow(Rejected);
    await expect(pulling).rejects.toThrow(sentence);
  });

  test('accepts days and instants', () => {
    expect(readWindow({ from: '2024-02-29', to: '2025-01-01T06:30Z' })).toEqual({
      from: Date.UTC(2024, 1, 29),
      until: Date.UTC(2025, 0, 1, 6, 30),
    });
  });
});

test('a job without options refuses any', async () => {
  const running = runJob(harness.services, { job: loadEvents, options: { from: '2026-01-01' }, startedBy: 'ada' });
  await expect(running).rejects.toThrow(/^load-events takes no options, but got from\.$/);
});
