import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { openEmitter } from '../../ingest/outbox/emitter.ts';
import { NEW_DESTINATION } from '../../ingest/rudder/destination.ts';
import type { Job, Outcome, Services } from '../../jobs/job.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../jobs/run-job.ts';
import { statementRenderer } from '../../reports/statement/renderer.ts';
import { deploy } from '../../transforms/engine/deploy.ts';
import { instant } from '../../warehouse/clock.ts';
import { documentsIn } from '../../warehouse/documents/folder.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { SOURCES, startTestGateway } from '../ingest/gateway/test-gateway.ts';
import { type Message, receiptLine } from '../ingest/load/receipts.ts';
import { stripeClient } from '../support/stripe/client.ts';
import type { FaultScript } from '../support/stripe/faults.ts';
import { type LocalStripe, startStripe } from '../support/stripe/local-stripe.ts';
import { temporaryFolder } from '../warehouse/folder.ts';
import { deleteEverything, freshStore } from '../warehouse/operational/fresh-store.ts';

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
  /** Keeps a copy of the warehouse's rows for `restart('saved')`; once for a test file. */
  save(): Promise<void>;
  /**
   * Starts over with a new local Stripe: deletes every run, payout and unsent event, and the warehouse's rows; with `books` only those of
   * payouts and statements, and with `saved` all that have come since `save`.
   */
  restart(from?: 'books' | 'saved'): Promise<void>;
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

/** Longer than any answer of the local Stripe takes; a hanging request fails after it. */
const TIMEOUT_MS = 250;

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
  const warehouse = await openDuckDb({ path: ':memory:' });
  await deploy(warehouse, SOURCE_TABLES);
  let stripe = await begin();
  const shared = {
    clock,
    wait,
    warehouse,
    operational,
    documents: documentsIn(folder.path),
    renderer: statementRenderer({ threads: 0, documentsFolder: folder.path }),
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
  let services: Services = { ...shared, stripe: stripeClient(stripe, { timeoutMs: TIMEOUT_MS }) };
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
    save: () => saveRows(warehouse),
    async restart(from) {
      await deleteEverything(operational);
      if (from === 'books') await deleteOwnEvents(warehouse);
      else await deleteRows(warehouse);
      if (from === 'saved') await restoreRows(warehouse);
      await stripe.stop();
      script = () => undefined;
      now = Date.parse(CLOSING);
      stripe = await begin();
      services = { ...shared, stripe: stripeClient(stripe, { timeoutMs: TIMEOUT_MS }) };
    },
    async [Symbol.asyncDispose]() {
      await stripe.stop();
      await warehouse.close();
      await store[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The tables of the warehouse, or those that `saveRows` has filled. */
async function tablesOf(warehouse: Warehouse, database: 'memory' | 'saved'): Promise<string[]> {
  const tables = await warehouse.query<{ name: string }>(
    `select schema_name || '.' || table_name as name from duckdb_tables()
    where database_name = $1 and schema_name <> 'seeds' and estimated_size > 0`,
    [database],
  );
  return tables.map(({ name }) => name);
}

async function deleteRows(warehouse: Warehouse): Promise<void> {
  const tables = await tablesOf(warehouse, 'memory');
  await warehouse.transaction(async (writer) => {
    for (const name of tables) await writer.query(`delete from ${name}`);
  });
}

async function saveRows(warehouse: Warehouse): Promise<void> {
  const tables = await tablesOf(warehouse, 'memory');
  await warehouse.query(`attach ':memory:' as saved`);
  await warehouse.transaction(async (writer) => {
    for (const schema of new Set(tables.map((name) => name.split('.')[0]))) {
      await writer.query(`create schema saved.${schema}`);
    }
    for (const name of tables) await writer.query(`create table saved.${name} as from ${name}`);
  });
}

async function restoreRows(warehouse: Warehouse): Promise<void> {
  const tables = await tablesOf(warehouse, 'saved');
  await warehouse.transaction(async (writer) => {
    for (const name of tables) await writer.query(`insert into ${name} from saved.${name}`);
  });
}

/**
 * Deletes what payouts and statements have sent to the warehouse. While the events of payouts remain and the control store is empty,
 * nobody who was paid before is paid again.
 */
async function deleteOwnEvents(warehouse: Warehouse): Promise<void> {
  await warehouse.transaction(async (writer) => {
    for (const own of [
      'raw.payout_sent',
      'raw.payout_reversed',
      'raw.payout_changed',
      'raw.royalty_statement_issued',
    ]) {
      await writer.query(`delete from landing.messages where message_id in (select id from ${own})`);
      await writer.query(`delete from raw.tracks where id in (select id from ${own})`);
      await writer.query(`delete from ${own}`);
    }
  });
}
