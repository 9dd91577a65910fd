import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import { segmentLoader } from '../../../ingest/load/segment-loader.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { broken, clock, Loading, refuse, signUp } from './loading.ts';
import type { Message } from './receipts.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.open();
});
afterEach(() => loading[Symbol.asyncDispose]());

/** More than 256 KB: sign-ups, one event again, one with other content, one that breaks the catalogue, titles of every kind. */
const MESSAGES: readonly Message[] = [
  ...Array.from({ length: 800 }, (_, nth) => signUp(nth, { context: { page: { title: `é ${nth} \ud800` } } })),
  signUp(3, { context: { page: { title: 'again' } } }),
  { ...signUp(5), userId: 'somebody_else' },
  broken(801),
];

/** What a load has written, but for the name of its segment. */
async function everything(of: Loading): Promise<ValueRow[][]> {
  const tables = ['raw.tracks', 'raw.creator_signed_up', 'landing.messages', 'landing.quarantined_events'];
  const rows = await Promise.all(tables.map((table) => of.rows(`select * from ${table} order by all`)));
  return rows.map((each) => each.map(({ segment_id: _, ...row }) => row));
}

test('A thread loads the same rows in the same order of arrival as the thread that asks', async () => {
  const loader = segmentLoader();
  onTestFinished(() => loader.close());
  await loading.send(...MESSAGES);
  const segment = await loading.sealed();
  expect(segment.byte_count).toBeGreaterThan(256 * 1024);
  let given = 0;
  const counted = {
    ...loader,
    load: (...all: Parameters<typeof loader.load>) => loader.load(...all).finally(() => given++),
  };
  const counts = await loading.load({ segmentLoader: counted });
  expect([given, counts]).toEqual([1, { accepted: 803, landed: 800, duplicates: 1, quarantined: 2 }]);
  const byThread = await everything(loading);

  await using other = await Loading.open();
  await other.send(...MESSAGES);
  await other.load();
  expect(byThread).toEqual(await everything(other));

  // What the warehouse does not take is found by halves and quarantined; the others land.
  await refuse(loading, `creator_name <> 'Creator 1207'`);
  await loading.send(...Array.from({ length: 900 }, (_, nth) => signUp(1_000 + nth)));
  await expect(loading.load({ segmentLoader: loader })).rejects.toThrow(InvariantBroken);
  expect(await loading.creators()).toHaveLength(899);
  const found = await loading.rows(
    `select message_id from landing.quarantined_events where reason like 'The warehouse does not take%'`,
  );
  expect(found).toEqual([{ message_id: signUp(1_207).messageId }]);
});

test('An error of the warehouse is thrown as it is, and a loader that is closed says that the server stops', async () => {
  const loader = segmentLoader();
  onTestFinished(() => loader.close());
  await loading.send(...MESSAGES);
  const failure = new InvariantBroken('The table is not there.');
  const warehouse: Warehouse = {
    ...loading.warehouse,
    transaction: (work, options) =>
      loading.warehouse.transaction((writer) => work({ ...writer, describe: () => Promise.reject(failure) }), options),
    withRollback: () => Promise.reject(failure),
  };
  await expect(loadSegments(warehouse, { spool: loading.spool, clock, segmentLoader: loader })).rejects.toBe(failure);
  await loader.close();
  await expect(loading.load({ segmentLoader: loader })).rejects.toThrow('because the server is stopping');
  // Nothing of it was loaded, and it still waits.
  expect(await loading.load()).toMatchObject({ landed: 800 });
});

test.each([
  ['does not start', 'die(); await new Promise(() => {});'],
  [
    'dies while it loads',
    'export default ({ request: { folder } }) => { writeFileSync(folder + "/rows", ""); die(); return new Promise(() => {}); };',
  ],
])('A thread that %s fails the load and leaves no files, and the events still wait', async (_, body) => {
  await using folder = await temporaryFolder();
  const entry = join(folder.path, 'thread.mjs');
  const die = `const die = () => setImmediate(() => { throw new Error('out of memory'); });`;
  await writeFile(entry, `import { writeFileSync } from 'node:fs'; ${die} ${body}`);
  const rows = join(folder.path, 'rows');
  const loader = segmentLoader({ folder: rows, entry: pathToFileURL(entry) });
  await loading.send(...MESSAGES);
  await expect(loading.load({ segmentLoader: loader })).rejects.toThrow(
    'The thread that loads segments ended: out of memory',
  );
  expect(await readdir(rows)).toEqual([]);
  await loader.close();
  expect(await loading.load()).toMatchObject({ landed: 800 });
});
