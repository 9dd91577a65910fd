import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { makeKey } from '../../api/keys.ts';
import { keepEvent } from '../../ingest/stripe/inbox.ts';
import { snapshotEvent } from '../../ingest/stripe/received-event.ts';
import { jobNamed } from '../../jobs/jobs.ts';
import { runJob } from '../../jobs/run-job.ts';
import { moveWarehouse } from '../../transforms/move.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { broken } from '../ingest/loading.ts';
import { january, PAYABLE, UNPAID } from '../jobs/market.ts';
import { openWorld, type World } from '../jobs/world.ts';
import { type GoogleSql, GoogleSqlError, startGoogleSql } from '../support/googlesql/googlesql.ts';
import { missingGoogleSql } from '../support/googlesql/server.ts';
import { overhearing, type Question } from '../support/overhearing.ts';
import { DECLARED_TABLES } from '../support/scenarios.ts';
import { eventAbout } from '../support/stripe/webhooks.ts';
import { differences } from '../support/subset.ts';
import { temporaryFolder } from '../warehouse/folder.ts';

/**
 * What the house asks beside its models, in ingest, jobs, reports and the API: a small month is lived through while every
 * question is overheard, and each must be BigQuery SQL too. A place that asks and is not reached fails.
 */

if (missingGoogleSql)
  console.warn(`Skipped: what production asks is not analysed as BigQuery SQL: ${missingGoogleSql}.`);

const ROOT = join(import.meta.dirname, '../..');
/** Where what is asked is somebody's own question. */
const OWN_QUESTIONS = ['api/commands/warehouse.ts'];

const asked: Question[] = [];
let googleSql: GoogleSql | undefined;
beforeAll(async () => {
  if (!missingGoogleSql) googleSql = await startGoogleSql(DECLARED_TABLES);
  const world = await openWorld({ around: (warehouse) => overhearing(warehouse, (question) => asked.push(question)) });
  await lived(world).finally(() => world[Symbol.asyncDispose]());
});
afterAll(() => googleSql?.stop());

test('every place that asks is reached', () => {
  const reached = new Set(asked.map(({ file, line }) => `${file}:${line}`));
  expect(placesThatAsk().filter((place) => !reached.has(place))).toEqual([]);
  expect(reached.size).toBeGreaterThan(25);
});

test('both engines mean what is asked alike', () => {
  expect([...new Set(asked.flatMap((question) => differences(question, { mayCut: true })))]).toEqual([]);
});

test.skipIf(missingGoogleSql)('BigQuery takes what is asked', async () => {
  const refused: string[] = [];
  for (const question of distinct(asked)) {
    const { file, line, sql, parameters } = question;
    await googleSql?.analyze(sql, parameters).catch((error: unknown) => {
      if (!(error instanceof GoogleSqlError)) throw error;
      refused.push(`${file}:${line}: ${error.message} in\n${sql}`);
    });
  }
  expect(refused).toEqual([]);
});

/** A month from the first event to the payouts, and everything that can be asked of it afterwards. */
async function lived(world: World): Promise<void> {
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
  await moveWarehouse(
    world.services.warehouse,
    overhearing(there, (question) => asked.push(question)),
  );
  await there.close();
}

async function fromFiles(world: World): Promise<void> {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'more.ndjson'), `${JSON.stringify(broken(2))}\n`);
  const options = { address: folder.path, source: 'import' };
  await runJob(world.services, { job: jobNamed('ingest-files'), options, startedBy: 'ada' });
}

async function stripeTells({ services: { clock, operational }, run }: World): Promise<void> {
  const about = { id: 'ch_ada_0', object: 'charge' };
  const event = eventAbout('charge.succeeded', about, { id: 'evt_1', created_at_ms: clock.now() });
  await keepEvent(operational, { event: snapshotEvent(event as never), body: JSON.stringify(event), clock });
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

/** Each place in the code of production at which a warehouse is asked, as `file:line`. */
function placesThatAsk(): string[] {
  const files = ['ingest', 'transforms', 'reports', 'jobs', 'api'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
  return files
    .filter((file) => !OWN_QUESTIONS.includes(file))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((code, at) => (/\.(query|stream|explain)\s*[<(]/.test(code) ? [`${file}:${at + 1}`] : [])),
    );
}

function distinct(questions: readonly Question[]): Question[] {
  return [...new Map(questions.map((question) => [question.sql, question])).values()];
}
