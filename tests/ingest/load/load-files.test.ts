import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FilesLoaded, loadFiles } from '../../../ingest/load/load-files.ts';
import { objectFilesAt } from '../../../ingest/object-files/open-object-files.ts';
import { NEW_DESTINATION } from '../../../ingest/rudder/destination.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { startS3 } from '../../support/s3/local-s3.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { broken, clock, Loading, refuse, signUp } from './loading.ts';
import type { Message } from './receipts.ts';

const KEYS = { region: 'eu-central-1', accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local/secret+key' };
const NOTHING = { accepted: 0, landed: 0, duplicates: 0, quarantined: 0, corrupt_files: [] };

let loading: Loading;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  loading = await Loading.open();
  folder = await temporaryFolder();
});
afterEach(async () => {
  await loading[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** In RudderStack's format: one complete event per line, with its time of receipt. */
const lines = (...messages: readonly object[]): string =>
  messages.map((message) => `${JSON.stringify({ ...message, receivedAt: '2026-01-10T12:00:01.000Z' })}\n`).join('');

async function put(name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder.path, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function load(name = '', warehouse: Warehouse = loading.warehouse): Promise<FilesLoaded> {
  const from = await objectFilesAt(join(folder.path, name), {
    s3: { endpoint: undefined, region: 'none', credentials: undefined },
  });
  return loadFiles(warehouse, { from, clock, destination: NEW_DESTINATION, sources: [], source_id: 'import' });
}

const recorded = () =>
  loading.rows(
    "select split_part(file_name, '/', -1) as file, outcome, reason is not null as has_reason from landing.files order by file",
  );

describe('files that RudderStack wrote', () => {
  test("land once, with RudderStack's time of receipt and the source in their path", async () => {
    await put('rudder-logs/src_1/2026-01-10/1.src_1.a.json.gz', gzipSync(lines(signUp(1), broken(2))));
    await put('rudder-logs/src_2/2026-01-10/2.src_2.b.json.gz', gzipSync(lines(signUp(1), signUp(3))));
    await put('more.ndjson', lines(signUp(4)));
    await put('readme.txt', 'no events');
    expect(await load()).toEqual({
      files_loaded: 3,
      files_known: 0,
      files_skipped: 1,
      accepted: 5,
      landed: 3,
      duplicates: 1,
      quarantined: 1,
      corrupt_files: [],
    });
    const rows = 'select creator_id, context_source_id, received_at from raw.creator_signed_up order by creator_id';
    expect(await loading.rows(rows)).toEqual([
      { creator_id: 'cr_1', context_source_id: 'src_1', received_at: '2026-01-10T12:00:01.000Z' },
      { creator_id: 'cr_3', context_source_id: 'src_2', received_at: '2026-01-10T12:00:01.000Z' },
      { creator_id: 'cr_4', context_source_id: 'import', received_at: '2026-01-10T12:00:01.000Z' },
    ]);
    const before = await loading.rows('from landing.loads order by segment_id, source_id');
    expect(await load()).toEqual({ files_loaded: 0, files_known: 3, files_skipped: 1, ...NOTHING });
    expect(await loading.rows('from landing.loads order by segment_id, source_id')).toEqual(before);
  });

  test('that have changed are read again, and only new events land', async () => {
    await put('a.json', lines(signUp(1)));
    await load();
    await put('a.json', lines(signUp(1), signUp(2)));
    expect(await load()).toMatchObject({ files_loaded: 1, files_known: 0, landed: 1, duplicates: 1 });
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2']);
  });

  const gzipped = gzipSync(lines(signUp(1), signUp(2)));
  test.each<[string, string, string | Uint8Array, RegExp]>([
    ['truncated gzip', 'b.json.gz', gzipped.subarray(0, -12), /truncated or corrupt/],
    ['gzip with a flipped bit', 'b.json.gz', gzipped.map((byte, at) => (at === 40 ? byte ^ 1 : byte)), /corrupt/],
    ['a truncated line', 'b.json', lines(signUp(1), signUp(2)).slice(0, -20), /truncated or corrupt/],
    [
      'a line that is not JSON',
      'b.json',
      `${lines(signUp(1))}{"type":\n${lines(signUp(2))}`,
      /Line 2 of b\.json is not a JSON object/,
    ],
    ['a line that is not an object', 'b.json', `${lines(signUp(1))}[1]\n`, /Line 2 of b\.json is not a JSON object/],
  ])('with %s are reported, nothing of them lands, and the others do', async (_, name, content, reason) => {
    await put('a.json', lines(signUp(8)));
    await put(name, content);
    await put('c.json', lines(signUp(9)));
    const { corrupt_files, ...counts } = await load();
    expect(counts).toMatchObject({ files_loaded: 2, landed: 2 });
    expect(corrupt_files).toEqual([{ file: join(folder.path, name), reason: expect.stringMatching(reason) }]);
    expect(await loading.creators()).toEqual(['cr_8', 'cr_9']);
    expect(await loading.rows('select count(*) as n from landing.messages')).toEqual([{ n: 2n }]);
    expect(await recorded()).toEqual([
      { file: 'a.json', outcome: 'landed', has_reason: false },
      { file: name, outcome: 'quarantined', has_reason: true },
      { file: 'c.json', outcome: 'landed', has_reason: false },
    ]);
    expect((await load()).corrupt_files).toHaveLength(1);
    await put(name, name.endsWith('.gz') ? gzipped : lines(signUp(1), signUp(2)));
    expect(await load()).toMatchObject({ files_loaded: 1, files_known: 2, landed: 2, corrupt_files: [] });
  });

  test('with an event that is nested too deeply, or has a number beyond a double, land, and set it quarantined', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const properties = JSON.stringify({ ...(signUp(2).properties as object), creator_name: 0 });
    await put(
      'a.json',
      `${lines(signUp(1))}{"a":${deep},"type":"track","messageId":"m_deep","properties":{"a":${deep}}}\n{"type":"identify","messageId":"m_large","traits":${properties.replace(':0', ':-1e400')}}\n${lines(signUp(3))}`,
    );
    expect(await load()).toMatchObject({ files_loaded: 1, landed: 2, quarantined: 2, corrupt_files: [] });
    expect(await loading.creators()).toEqual(['cr_1', 'cr_3']);
    const quarantined = await loading.rows(
      'select message, reason from landing.quarantined_events order by message_id',
    );
    expect(quarantined.map(({ reason }) => reason)).toEqual([
      'The event is nested deeper than 1000 levels.',
      'A number is too large to be stored.',
    ]);
    expect(quarantined[0]?.message).toContain(deep);
    expect((JSON.parse(String(quarantined[1]?.message)) as Message).traits).toMatchObject({ creator_name: -Infinity });
  });

  test('with events that the warehouse does not take land without them, and it says so', async () => {
    await refuse(loading, `creator_name <> 'Creator 2'`);
    await put('a.json', lines(signUp(1), signUp(2), signUp(3)));
    await put('b.json', lines(signUp(4)));
    await expect(load()).rejects.toThrow(
      `Events cannot be loaded and were quarantined: 1 event of ${join(folder.path, 'a.json')}. All others are loaded.`,
    );
    expect(await loading.creators()).toEqual(['cr_1', 'cr_3', 'cr_4']);
    expect(await load()).toMatchObject({ files_loaded: 0, files_known: 2 });
  });

  test('land together with their record or not at all', async () => {
    await put('a.json', lines(signUp(1)));
    await put('b.json', lines(signUp(2)));
    let commits = 0;
    const dying: Warehouse = {
      ...loading.warehouse,
      transaction: (work, options) =>
        loading.warehouse.transaction(async (writer) => {
          const result = await work(writer);
          if (++commits === 2) throw new Unavailable('The disk is full.');
          return result;
        }, options),
    };
    await expect(load('', dying)).rejects.toThrow(Unavailable);
    expect(await loading.creators()).toEqual(['cr_1']);
    expect(await recorded()).toEqual([{ file: 'a.json', outcome: 'landed', has_reason: false }]);
    expect(await load()).toMatchObject({ files_loaded: 1, files_known: 1, landed: 1 });
  });

  test('can be in a bucket; one that cannot be read stops the load, and those before it stay loaded', async () => {
    await using s3 = await startS3({ bucket: 'events', keys: KEYS, pageCount: 2 });
    for (let nth = 1; nth <= 5; nth++) {
      s3.put(`rudder-logs/src_1/2026-01-10/${nth}.src_1.x.json.gz`, gzipSync(lines(signUp(nth))));
    }
    const settings = { endpoint: s3.url, region: KEYS.region, credentials: KEYS, attempts: 1 };
    const fromBucket = async (): Promise<FilesLoaded> =>
      loadFiles(loading.warehouse, {
        from: await objectFilesAt('s3://events/rudder-logs', { s3: settings }),
        clock,
        destination: NEW_DESTINATION,
        sources: [],
        source_id: 'import',
      });
    s3.faults(({ key }) => (key.includes('/4.') ? 'slow_down' : undefined));
    await expect(fromBucket()).rejects.toThrow(Unavailable);
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2', 'cr_3']);
    s3.faults(() => undefined);
    expect(await fromBucket()).toMatchObject({ files_loaded: 2, files_known: 3, landed: 2, duplicates: 0 });
    const gets = s3.requests.filter((request) => request.startsWith('get') && request.includes('/1.'));
    expect(gets).toHaveLength(1);
  });
});
