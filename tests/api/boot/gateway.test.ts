import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import { gatewaySpool } from '../../../ingest/spool/gateway-spool.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { clock, signUp } from '../../ingest/load/loading.ts';
import { rawWarehouse } from '../../ingest/load/receipts.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { loadedIn, PRINTING_FILES } from './loaded-files.ts';
import { ended, started } from './program.ts';

const SETTINGS = { RUDDERSTACK_WRITE_KEYS: 'marketplace=wk_marketplace', PORT: '0' };
const ALONE = ['--role', 'gateway'];

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A gateway as a process, once it listens. */
async function start(folder: string, settings: Record<string, string> = {}) {
  const child = started('main', { args: ALONE, folder, settings: { ...SETTINGS, ...settings } });
  children.push(child);
  const listens = once(requirePresent(child.stdout, 'a pipe'), 'data');
  const done = ended(child);
  const [printed] = await Promise.race([listens, done.then(({ err }) => Promise.reject(new Error(err)))]);
  const url = requirePresent(/^The gateway listens on (http:\S+);/.exec(String(printed))?.[1], String(printed));
  return { child, done, url };
}

async function send(url: string, ...numbers: number[]): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from('wk_marketplace:').toString('base64')}` };
  const body = JSON.stringify({ batch: numbers.map((number) => signUp(number)) });
  expect((await fetch(`${url}/v1/batch`, { method: 'POST', headers, body })).status).toBe(200);
}

test('A gateway alone keeps its events through a kill, for a loader in another process, and needs no store', async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const spool = join(data, 'spool');
  const warehouse = await rawWarehouse();
  const load = () => loadSegments(warehouse, { spool: gatewaySpool(spool), clock });

  const first = await start(folder.path);
  await send(first.url, 1, 2);
  await send(first.url, 3);
  const second = await ended(started('main', { args: ALONE, folder: folder.path, settings: SETTINGS }));
  expect([second.code, second.err]).toEqual([
    1,
    `The data folder ${data} is held by process ${first.child.pid}; stop that process, or use its API.\n`,
  ]);
  first.child.kill('SIGKILL');
  await first.done;
  expect(await readdir(spool)).toEqual([expect.stringMatching(/\.open$/)]);

  const again = await start(folder.path, PRINTING_FILES);
  await send(again.url, 3, 4);
  expect(await load()).toMatchObject({ accepted: 5, landed: 4, duplicates: 1 });
  expect(await load()).toMatchObject({ accepted: 0 });
  await expect
    .poll(async () => (await fetch(`${again.url}/ready`)).json())
    .toEqual({ ready: true, reason: null, backlog: { byte_count: 0, sealed_count: 0, oldest_age_ms: null } });
  await send(again.url, 5);
  again.child.kill('SIGTERM');
  const { code, err } = await again.done;
  expect(code).toBe(0);
  expect(await readdir(data)).toEqual(['spool']);
  expect(await load()).toMatchObject({ accepted: 1, landed: 1 });
  await warehouse.close();
  expect(await readdir(spool)).toEqual([]);

  const { files, packages } = loadedIn(err);
  expect(packages).toContain('fastify');
  const heavy = /duckdb|pglite|^@?aws|^@?smithy|google|stripe|^pg$|kysely|arrow/;
  expect(packages.filter((name) => heavy.test(name))).toEqual([]);
  const others = /^(transforms|reports|jobs|api\/http)\/|^warehouse\/(duckdb|bigquery|operational|documents)\//;
  expect(files.filter((path) => others.test(path))).toEqual([]);
});

test('An unknown role ends with 2 and a sentence', async () => {
  await using folder = await temporaryFolder();
  expect(await ended(started('main', { args: ['--role', 'jobs'], folder: folder.path, settings: SETTINGS }))).toEqual({
    code: 2,
    out: '',
    err: 'There is no role "jobs"; the only option is --role gateway.\n',
  });
  expect(await readdir(folder.path)).toEqual([]);
});
