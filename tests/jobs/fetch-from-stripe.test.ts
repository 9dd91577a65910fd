import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { storeEvent } from '../../ingest/stripe/inbox.ts';
import { snapshotEvent } from '../../ingest/stripe/received-event.ts';
import { fetchFromStripe } from '../../jobs/fetch-from-stripe.ts';
import { runJob } from '../../jobs/run-job.ts';
import { startSchedule } from '../../jobs/schedule.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { eventAbout } from '../support/stripe/webhooks.ts';
import { openWorld, type World } from './test-services.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.restart());

const happened = async (id: string) => {
  const { clock, operational } = world.services;
  world.stripe.charge({ id, amount_minor: 100n, currency: 'usd', created_at_ms: clock.now() });
  const event = eventAbout(
    'charge.succeeded',
    { id, object: 'charge' },
    { id: `evt_${id}`, created_at_ms: clock.now() },
  );
  await storeEvent(operational, { event: snapshotEvent(event as never), body: JSON.stringify(event), clock });
};
const stored = async (table: string) =>
  (await world.services.warehouse.query(`select id_stripe from stripe.${table} order by id_stripe`)).map(
    ({ id_stripe }) => id_stripe,
  );
const lastRun = () =>
  world.services.operational.selectFrom('job_runs').select(['state', 'error']).orderBy('started_at', 'desc').execute();
const NOTHING = { recorded: 0, fetched: 0, changed: 0, deleted: 0, ignored: 0, waiting: 0 };

describe('fetch-from-stripe', () => {
  test('records the events, and reads what they are about', async () => {
    await happened('ch_1');
    await happened('ch_2');
    expect(await world.run(fetchFromStripe)).toEqual({ ...NOTHING, recorded: 2, fetched: 2, changed: 4 });
    expect([await stored('events'), await stored('charges')]).toEqual([
      ['evt_ch_1', 'evt_ch_2'],
      ['ch_1', 'ch_2'],
    ]);
    expect(await world.run(fetchFromStripe)).toEqual(NOTHING);
  });

  test('says so where Stripe fails, having recorded the events, and reads what is left the next time', async () => {
    for (const id of ['ch_1', 'ch_2', 'ch_3']) await happened(id);
    world.faults(({ path }) => (path === '/v1/charges/ch_2' ? 'rate_limit' : undefined));
    await expect(world.run(fetchFromStripe)).rejects.toThrow(Unavailable);
    expect(await lastRun()).toEqual([
      { state: 'failed', error: expect.stringMatching(/^The charge ch_2 could not be read from Stripe: /) },
    ]);
    expect([await stored('events'), await stored('charges')]).toEqual([['evt_ch_1', 'evt_ch_2', 'evt_ch_3'], ['ch_1']]);
    world.faults(() => undefined);
    expect(await world.run(fetchFromStripe)).toMatchObject({ recorded: 0, fetched: 2 });
    expect(await stored('charges')).toEqual(['ch_1', 'ch_2', 'ch_3']);
  });

  test('without a key has nothing to say until an event comes, which then waits for the key', async () => {
    const services = { ...world.services, stripe: undefined };
    const run = () => runJob(services, { job: fetchFromStripe, startedBy: 'ada' });
    expect(await run()).toEqual(NOTHING);
    await happened('ch_1');
    await expect(run()).rejects.toThrow(/set STRIPE_API_KEY/);
    expect(await stored('events')).toEqual(['evt_ch_1']);
    expect(await world.run(fetchFromStripe)).toMatchObject({ fetched: 1 });
  });

  test('is no alarm on the schedule of somebody without Stripe', async () => {
    const lines: { job: string; level: number }[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const due = { job: 'fetch-from-stripe', next_due_at: '2026-02-01T00:00:00.000Z' };
    await world.services.operational.insertInto('schedule_marks').values(due).execute();
    vi.useFakeTimers({ toFake: ['Date'], now: world.services.clock.now() });
    try {
      const schedule = await startSchedule({ ...world.services, stripe: undefined }, log);
      await schedule.caughtUp;
      await schedule.stop();
    } finally {
      vi.useRealTimers();
    }
    expect(lines.map(({ job, level }) => [job, level])).toEqual([['fetch-from-stripe', 30]]);
  });
});
