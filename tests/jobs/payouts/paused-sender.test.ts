import type { ChildProcess } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SOURCE_TABLES } from '../../../ingest/load/source-tables.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { deploy } from '../../../transforms/engine/deploy.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { ended, started } from '../../api/boot/program.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { STORES } from '../../warehouse/operational/stores.ts';
import { PAID } from '../january.ts';
import { expireLeases } from '../test-services.ts';
import { restoreRows, saveRows } from '../warehouse-rows.ts';
import { ApprovedPayouts } from './approved-payouts.ts';

/**
 * Two processes of the command line send the payouts of one PostgreSQL, each with a warehouse of its own. The operating system stops the
 * first when Stripe has made all transfers but one, before it reads the answer, and before it has asked for the last one. Once its lease has
 * expired, the second sends what is left, and then the first goes on.
 */

const server = STORES.find(({ isServer }) => isServer);

const COUNT = Object.keys(PAID).length;

let payouts: ApprovedPayouts;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Awaited<ReturnType<(typeof STORES)[number]['make']>>;
let operational: Operational;
let settings: Record<string, string>;

beforeAll(async () => {
  if (!server) return;
  [payouts, folder, store] = await Promise.all([ApprovedPayouts.open(), temporaryFolder(), server.make()]);
  await payouts.begin();
  payouts.fund();
  operational = await openOperational(store.address);
  const { stripe, services } = payouts.harness;
  await writeWarehouses();
  for (const [job, startedBy] of [
    [planPayouts, 'ada'],
    [approvePayouts, 'ben'],
  ] as const)
    await runJob({ ...services, operational }, { job, startedBy, period: parsePeriod('2026-01') });
  settings = {
    OPERATIONAL_URL: store.address.kind === 'postgres' ? store.address.url : '',
    RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace,tantieme=wk_tantieme',
    STRIPE_API_KEY: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
  };
});
afterAll(async () => {
  await operational?.destroy();
  await store?.drop();
  await payouts?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** The closed January, in the data folder of each process. */
async function writeWarehouses(): Promise<void> {
  const rows = join(folder.path, 'rows');
  await saveRows(payouts.harness.services.warehouse, rows);
  const [one = '', two = ''] = ['one', 'two'].map((name) => join(folder.path, name, 'data'));
  for (const data of [one, two]) await mkdir(data, { recursive: true });
  const path = join(one, 'warehouse.duckdb');
  const warehouse = await openDuckDb({ path });
  await deploy(warehouse, SOURCE_TABLES);
  await restoreRows(warehouse, rows);
  await warehouse.close();
  await copyFile(path, join(two, 'warehouse.duckdb'));
}

const send = (name: string): ChildProcess =>
  started('cli', {
    args: ['payouts', 'send', '2026-01', '--by', 'ada', '--json'],
    folder: join(folder.path, name),
    settings,
  });

/** What each payout has in its log, and how many events report it as sent. */
async function logs(): Promise<string[]> {
  const { rows } = await sql<{ log: string }>`
    select line.creator_id || ': ' || string_agg(log.state || coalesce(' ' || log.attempt, ''), ', ' order by log.entry)
      || ', reported ' || (select count(*) from outbox where message_id = line.payout_id || '-sent') as log
    from payout_log as log join payout_lines as line on line.payout_id = log.payout_id
    group by line.payout_id, line.creator_id order by line.creator_id`.execute(operational);
  return rows.map(({ log }) => log);
}

const runs = () =>
  operational
    .selectFrom('job_runs')
    .select(['state', 'error'])
    .where('job', '=', 'send-payouts')
    .orderBy('started_at')
    .execute();

test.skipIf(!server)(
  'a sender that is stopped past its lease and goes on after another has finished pays nobody twice and ends nothing again',
  async () => {
    const [stopped, resume] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = send('one');
    const ofFirst = ended(first);
    const pid = requirePresent(first.pid, 'The first sender has no process id.');
    const stop = (): void => {
      payouts.harness.faults(() => undefined);
      process.kill(pid, 'SIGSTOP');
      stopped.resolve();
    };
    let transferCount = 0;
    payouts.harness.faults(({ method, path }) => {
      if (path === '/v1/accounts/acct_cai') return { hold: resume.promise };
      if (method !== 'POST' || path !== '/v1/transfers') return undefined;
      transferCount++;
      return transferCount === COUNT - 1 ? { meanwhile: stop } : undefined;
    });
    await Promise.race([stopped.promise, ofFirst.then(({ err }) => Promise.reject(new Error(err)))]);
    try {
      await expireLeases(operational);
      const second = await ended(send('two'));
      expect(second, second.err).toMatchObject({ code: 0 });
      expect(JSON.parse(second.out)).toMatchObject({ sent: COUNT, failed: 0, waiting: 0 });
      const sent = await logs();
      expect(sent).toEqual(
        ['cr_ada', 'cr_ben', 'cr_cai'].map((creator) => `${creator}: approved, intent 1, sent 1, reported 1`),
      );
      resume.resolve();
      process.kill(pid, 'SIGCONT');
      const { code, err } = await ofFirst;
      expect(await logs()).toEqual(sent);
      expect(code).toBe(1);
      expect(err).toContain('has lost its lease');
    } finally {
      resume.resolve();
      first.kill('SIGKILL');
    }
    const transfers = payouts.harness.stripe.transfers();
    expect(Object.fromEntries(transfers.map(({ metadata, amount }) => [metadata.creator_id, BigInt(amount)]))).toEqual(
      PAID,
    );
    expect(transfers).toHaveLength(COUNT);
    expect(await runs()).toEqual([
      { state: 'failed', error: 'The process ended before the run was finished.' },
      { state: 'done', error: null },
    ]);
  },
);
