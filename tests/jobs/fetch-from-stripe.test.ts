import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { storeEvent } from '../../ingest/stripe/inbox.ts';
import { parseSnapshotEvent } from '../../ingest/stripe/received-event.ts';
import { fetchFromStripe } from '../../jobs/fetch-from-stripe.ts';
import { runJob } from '../../jobs/run-job.ts';
import { startSchedule } from '../../jobs/schedule.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { eventAbout } from '../support/stripe/webhooks.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(() => harness.restart());

const chargeSucceeded = async (id: string) => {
  const { clock, operational } = harness.services;
  harness.stripe.charge({ id, amount_minor: 100n, currency: 'usd', created_at_ms: clock.now() });
  const event = eventAbout(
    'charge.succeeded',
    { id, object: 'charge' },
    { id: `evt_${id}`, created_at_ms: clock.now() },
  );
  await storeEvent(operational, { event: parseSnapshotEvent(event as never), body: JSON.stringify(event), clock });
};
const stored = async (table: string) =>
  (await harness.services.warehouse.query(`select id_stripe from stripe.${table} order by id_stripe`)).map(
    ({ id_stripe }) => id_stripe,
  );
const lastRun = () =>
  harness.services.operational
    .selectFrom('job_runs')
    .select(['state', 'error'])
    .orderBy('started_at', 'desc')
    .execute();
const NOTHING = { recorded: 0, fetched: 0, changed: 0, deleted: 0, ignored: 0, waiting: 0 };

describe('fetch-from-stripe', () => {
  test('records the events, and fetches the records they refer to', async () => {
    await chargeSucceeded('ch_1');
    await chargeSucceeded('ch_2');
    expect(await harness.run(fetchFromStripe)).toEqual({ ...NOTHING, recorded: 2, fetched: 2, changed: 4 });
    expect([await stored('events'), await stored('charges')]).toEqual([
      ['evt_ch_1', 'evt_ch_2'],
      ['ch_1', 'ch_2'],
    ]);
    expect(await harness.run(fetchFromStripe)).toEqual(NOTHING);
  });

  test('fails when Stripe fails, after recording the events, and fetches the rest the next time', async () => {
    for (const id of ['ch_1', 'ch_2', 'ch_3']) await chargeSucceeded(id);
    harness.faults(({ path }) => (path === '/v1/charges/ch_2' ? 'rate_limit' : undefined));
    await expect(harness.run(fetchFromStripe)).rejects.toThrow(Unavailable);
    expect(await lastRun()).toEqual([
      { state: 'failed', error: expect.stringMatching(/^The charge ch_2 could not be read from Stripe: /) },
    ]);
    expect([await stored('events'), await stored('charges')]).toEqual([['evt_ch_1', 'evt_ch_2', 'evt_ch_3'], ['ch_1']]);
    harness.faults(() => undefined);
    expect(await harness.run(fetchFromStripe)).toMatchObject({ recorded: 0, fetched: 2 });
    expect(await stored('charges')).toEqual(['ch_1', 'ch_2', 'ch_3']);
  });

  test('without a Stripe key succeeds until an event arrives, which then waits for the key', async () => {
    const services = { ...harness.services, stripe: undefined };
    const run = () => runJob(services, { job: fetchFromStripe, startedBy: 'ada' });
    expect(await run()).toEqual(NOTHING);
    await chargeSucceeded('ch_1');
    await expect(run()).rejects.toThrow(/set STRIPE_API_KEY/);
    expect(await stored('events')).toEqual(['evt_ch_1']);
    expect(await harness.run(fetchFromStripe)).toMatchObject({ fetched: 1 });
  });

  test('logs no error on a schedule without a Stripe key', async () => {
    const lines: { job: string; level: number }[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const due = { job: 'fetch-from-stripe', next_due_at: '2026-02-01T00:00:00.000Z' };
    await harness.services.operational.insertInto('schedule_marks').values(due).execute();
    vi.useFakeTimers({ toFake: ['Date'], now: harness.services.clock.now() });
    try {
      const schedule = await startSchedule({ ...harness.services, stripe: undefined }, log);
      await schedule.caughtUp;
      await schedule.stop();
    } finally {
      vi.useRealTimers();
    }
    expect(lines.map(({ job, level }) => [job, level])).toEqual([['fetch-from-stripe', 30]]);
  });
});
