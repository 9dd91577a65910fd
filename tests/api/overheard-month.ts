import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeKey } from '../../api/auth/keys.ts';
import { buildApp } from '../../api/http/app.ts';
import { storeEvent } from '../../ingest/stripe/inbox.ts';
import { snapshotEvent } from '../../ingest/stripe/received-event.ts';
import { jobNamed } from '../../jobs/jobs.ts';
import { runJob } from '../../jobs/run-job.ts';
import { moveWarehouse } from '../../transforms/engine/move-warehouse.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Value, Warehouse } from '../../warehouse/warehouse.ts';
import { broken } from '../ingest/load/loading.ts';
import { january, PAYABLE, UNPAID } from '../jobs/january.ts';
import { openWorld, type World } from '../jobs/test-services.ts';
import { overhearing, type Question } from '../support/overhearing.ts';
import { eventAbout } from '../support/stripe/webhooks.ts';
import { temporaryFolder } from '../warehouse/folder.ts';

/** Whatever production asks of a warehouse, each time that it does: a small month is lived through on DuckDB and overheard. */
export async function overheardMonth(): Promise<readonly Question[]> {
  const asked: Question[] = [];
  const overheard: Overheard = (warehouse) => overhearing(warehouse, (question) => asked.push(question));
  await using world = await openWorld({ around: overheard });
  await lived(world, overheard);
  return asked;
}

/** Of the questions with the same text, and parameters of the same types, only one. */
export function distinct(questions: readonly Question[]): Question[] {
  const typeOf = (value: Value): string => (value === null ? 'null' : typeof value);
  return [
    ...new Map(questions.map((asked) => [[asked.sql, ...asked.parameters.map(typeOf)].join('\n'), asked])).values(),
  ];
}

type Overheard = (warehouse: Warehouse) => Warehouse;

/** A month from the first event to the payouts, and everything that can be asked of it afterwards. */
async function lived(world: World, overheard: Overheard): Promise<void> {
  const run = (job: string, period?: string, by?: string) => world.run(jobNamed(job), period, by);
  await world.happens(...january([...PAYABLE, ...Object.values(UNPAID)], world.stripe), broken(1));
  await run('load-events');
  await run('replay-rejected');
  await fromFiles(world);
  await stripeTells(world);
  for (const job of ['build-period', 'close-period', 'verify-period', 'issue-statements']) await run(job, '2026-01');
  await run('plan-payouts', '2026-01', 'ada');
  await run('approve-payouts', '2026-01', 'ben');
  await run('send-payouts', '2026-01');
  await run('pull-stripe');
  await run('reconcile-stripe', '2026-01');
  await askedOverHttp(world);
  const there = await openDuckDb({ path: ':memory:' });
  await moveWarehouse(world.services.warehouse, overheard(there));
  await there.close();
}

async function fromFiles(world: World): Promise<void> {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'more.ndjson'), `${JSON.stringify(broken(2))}\n`);
  await writeFile(join(folder.path, 'torn.ndjson'), '{"type":"tra');
  const options = { address: folder.path, source: 'import' };
  await runJob(world.services, { job: jobNamed('ingest-files'), options, startedBy: 'ada' });
}

async function stripeTells({ services: { clock, operational }, run }: World): Promise<void> {
  const about = { id: 'ch_ada_0', object: 'charge' };
  const event = eventAbout('charge.succeeded', about, { id: 'evt_1', created_at_ms: clock.now() });
  await storeEvent(operational, { event: snapshotEvent(event as never), body: JSON.stringify(event), clock });
  await run(jobNamed('fetch-from-stripe'));
}

async function askedOverHttp({ services }: World): Promise<void> {
  const ownKey = makeKey();
  const app = buildApp({ services, sources: [], ownKey });
  const get = async (url: string, status = 200) => {
    const response = await app.inject({ url, headers: { authorization: `Bearer ${ownKey.key}` } });
    expect(response.statusCode, `${url}: ${response.body}`).toBe(status);
    return response;
  };
  const { data: marts } = (await get('/v1/marts')).json<{ data: { mart: string; columns: { name: string }[] }[] }>();
  for (const { mart } of marts) await get(`/v1/marts/${mart}`);
  for (const path of ['periods', 'periods/2026-01', 'reconciliations/2026-01']) await get(`/v1/${path}`);
  for (const of of ['royalties', 'payouts', 'balances']) {
    const page = await get(`/v1/creators/cr_ben/${of}?period=2026-01&limit=1`);
    const { next_cursor } = page.json<{ next_cursor: string | null }>();
    if (next_cursor) await get(`/v1/creators/cr_ben/${of}?cursor=${next_cursor}`);
    await get(`/v1/creators/cr_nobody/${of}`, 404);
  }
  await app.close();
}
