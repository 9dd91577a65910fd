import { openEmitter } from '../../ingest/outbox/emitter.ts';
import { NEW_DESTINATION } from '../../ingest/rudder/destination.ts';
import type { Job, Outcome, Services } from '../../jobs/job.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../jobs/run-job.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { instant } from '../../warehouse/clock.ts';
import { documentsIn } from '../../warehouse/documents/folder.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { SOURCES, startTestGateway } from '../ingest/gateway/test-gateway.ts';
import { type Message, receiptLine } from '../ingest/load/receipts.ts';
import { stripeClient } from '../support/stripe/client.ts';
import type { FaultScript } from '../support/stripe/faults.ts';
import { type LocalStripe, startStripe } from '../support/stripe/local-stripe.ts';
import { temporaryFolder } from '../warehouse/folder.ts';
import { deleteEverything, freshStore } from '../warehouse/operational/fresh-store.ts';
import { freshWarehouse } from './fresh-warehouse.ts';
import { deleteOwnEvents, deleteRows, restoreRows, saveRows } from './warehouse-rows.ts';

/** The services of jobs, all real and local: DuckDB, the gateway over HTTP, RudderStack's SDK, and a local Stripe. */
export interface TestServices extends AsyncDisposable {
  readonly services: Services;
  readonly stripe: LocalStripe;
  /** Sets the clock. */
  setTime(time: string): void;
  /** Appends events to the spool, as the gateway does, received now. */
  recordEvents(...messages: readonly Message[]): Promise<void>;
  /** Runs a job as the given person. */
  run(job: Job, period?: string, startedBy?: string): Promise<Outcome>;
  /** Plans the payouts of a period as ada, approves them as ben, and sends them. */
  pay(period: string): Promise<Outcome>;
  /** Sets the faults of the local Stripe for the following requests. */
  faults(script: FaultScript): void;
  /** Writes the warehouse's rows to a new file, for `restart`. */
  save(file: string): Promise<void>;
  /**
   * Starts over with a new local Stripe: deletes every run, payout and unsent event, and the warehouse's rows; with `books` only those of
   * payouts and statements, and with `saved`, a file that `save` has written, all but those in it.
   */
  restart(from?: 'books' | { readonly saved: string }): Promise<void>;
}

/** What a job is given besides the services, for a run that nothing interrupts and whose lease `holdLease` takes. */
export const RUN = {
  runId: 'run_test',
  startedBy: 'ada',
  progress: () => undefined,
  interruption: new AbortController().signal,
} as const;

/** Gives `RUN` a lease that does not expire. */
export async function holdLease(operational: Operational): Promise<void> {
  await operational
    .insertInto('job_runs')
    .values({
      ...{ run_id: RUN.runId, job: 'test', period: '', state: 'running', started_by: RUN.startedBy },
      ...{ started_at: CLOSING, lease_expires_at: '2999-01-01T00:00:00.000Z' },
    })
    .execute();
}

export const CLOSING = '2026-02-02T04:00:00.000Z';

/** Lets the lease of every run expire, as after a minute in which no process renewed it. */
export async function expireLeases(operational: Operational): Promise<void> {
  await operational.updateTable('job_runs').set({ lease_expires_at: '2000-01-01T00:00:00.000Z' }).execute();
}

export async function openTestServices(): Promise<TestServices> {
  const store = await freshStore();
  const { operational } = store;
  let now = Date.parse(CLOSING);
  let script: FaultScript = () => undefined;
  const clock = { now: () => now };
  const wait = async (ms: number): Promise<void> => {
    now += ms;
  };
  const begin = (): Promise<LocalStripe> =>
    startStripe({ clock, apiKey: 'sk_test_local', faults: (request) => script(request) });
  const folder = await temporaryFolder();
  const gateway = await startTestGateway({ clock });
  const dataPlaneUrl = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  const fresh = await freshWarehouse();
  const { warehouse } = fresh;
  let stripe = await begin();
  const shared = {
    clock,
    wait,
    warehouse,
    operational,
    documents: documentsIn(folder.path),
    renderer: documentRenderer({ threads: 0, documents: { kind: 'folder', folder: folder.path } }),
    spool: gateway.spool,
    gatewaySpools: [],
    destination: NEW_DESTINATION,
    sources: SOURCES,
    s3: { endpoint: undefined, region: 'us-east-1', credentials: undefined },
    ingestFrom: [],
    emitter: openEmitter({ dataPlaneUrl, writeKey: 'wk_own' }),
    accountHoldMs: 7 * 24 * 60 * 60 * 1000,
    accountUrls: { returnUrl: 'https://market.example/return', refreshUrl: 'https://market.example/refresh' },
    breakGraceMs: 0,
    payoutPacing: { atOnce: 1, perSecond: 25 },
    issuerName: 'Tantieme Test Marketplace',
    newSecret: randomSecret,
    assertDiskSpace: async () => undefined,
  };
  let services: Services = { ...shared, stripe: stripeClient(stripe) };
  const run: TestServices['run'] = (job, period, startedBy = 'ada') =>
    runJob(services, { job, startedBy, period: period === undefined ? undefined : parsePeriod(period) });
  return {
    get services() {
      return services;
    },
    get stripe() {
      return stripe;
    },
    setTime(time) {
      now = Date.parse(time);
    },
    async recordEvents(...messages) {
      await gateway.spool.append(messages.map((message) => receiptLine(message, { received_at: instant(now) })));
    },
    run,
    async pay(period) {
      await run(planPayouts, period);
      await run(approvePayouts, period, 'ben');
      return run(sendPayouts, period);
    },
    faults(next) {
      script = next;
    },
    save: (file) => saveRows(warehouse, file),
    async restart(from) {
      await deleteEverything(operational);
      if (from === 'books') await deleteOwnEvents(warehouse);
      else await deleteRows(warehouse);
      if (typeof from === 'object') await restoreRows(warehouse, from.saved);
      await stripe.stop();
      script = () => undefined;
      now = Date.parse(CLOSING);
      stripe = await begin();
      services = { ...shared, stripe: stripeClient(stripe) };
    },
    async [Symbol.asyncDispose]() {
      await stripe.stop();
      await fresh[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
