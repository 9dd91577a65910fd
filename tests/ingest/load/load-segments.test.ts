import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import { gatewaySpool } from '../../../ingest/spool/gateway-spool.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import { InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { broken, clock, Loading, signUp } from './loading.ts';
import { receiptLine } from './receipts.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.open();
});
afterEach(() => loading[Symbol.asyncDispose]());

describe('a segment', () => {
  test('that was loaded but not yet removed when the process ended is not loaded twice', async () => {
    await loading.send(signUp(1), broken(2), signUp(3));
    const segment = await loading.sealed();
    const bytes = await readFile(segment.path);
    await loading.load();
    const before = await loading.rows('from landing.loads');
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, basename(segment.path)), bytes);
    const again = await openSpool({ folder: folder.path });
    expect(await loadSegments(loading.warehouse, { spool: again, clock })).toEqual({
      accepted: 0,
      landed: 0,
      duplicates: 0,
      quarantined: 0,
    });
    expect(again.state().sealed_count).toBe(0);
    await again.close();
    expect(await loading.creators()).toEqual(['cr_1', 'cr_3']);
    expect(await loading.rows('select count(*) as n from raw.tracks')).toEqual([{ n: 2n }]);
    expect(await loading.rows('select count(*) as n from landing.quarantined_events')).toEqual([{ n: 1n }]);
    expect(await loading.rows('from landing.loads')).toEqual(before);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['has one more line', (path) => appendFile(path, `${receiptLine(signUp(9))}\n`)],
    [
      'has a different amount',
      async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('Creator 2', 'Creator 3')),
    ],
    ['is truncated', async (path) => writeFile(path, (await readFile(path)).subarray(0, -5))],
    ['is no longer text', (path) => writeFile(path, Uint8Array.of(0, 1, 2, 0xff, 0x0a))],
    ['is empty', (path) => writeFile(path, '')],
  ])('that %s is quarantined and reported, and the others land', async (_, corrupt) => {
    await loading.send(signUp(1), signUp(2));
    await corrupt((await loading.sealed()).path);
    await loading.send(signUp(3));
    await expect(loading.load()).rejects.toThrow(InvariantBroken);
    expect(await loading.creators()).toEqual(['cr_3']);
    expect(await loading.rows('select count(*) as n from raw.tracks')).toEqual([{ n: 1n }]);
    expect(loading.spool.state()).toMatchObject({ sealed_count: 0, quarantined_count: 1 });
    expect(await loading.load()).toEqual({ accepted: 0, landed: 0, duplicates: 0, quarantined: 0 });
  });

  test('that was quarantined lands once an intact copy is put back', async () => {
    await loading.send(signUp(1), signUp(2));
    const { path } = await loading.sealed();
    const good = await readFile(path);
    await writeFile(path, good.subarray(0, -5));
    const quarantined = join(dirname(path), 'quarantine', basename(path));
    await expect(loading.load()).rejects.toThrow(
      `Acknowledged events are missing: ${quarantined} was quarantined because the bytes differ from those that were acknowledged. All other events are loaded. Put an intact copy into the folder of the spool and restart.`,
    );
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, basename(path)), good);
    const again = await openSpool({ folder: folder.path });
    expect((await loadSegments(loading.warehouse, { spool: again, clock })).landed).toBe(2);
    await again.close();
  });

  test('that cannot be read is Unavailable, and waits', async () => {
    await loading.send(signUp(1));
    const segment = await loading.sealed();
    await rm(segment.path);
    await expect(loading.load()).rejects.toThrow(Unavailable);
    expect(loading.spool.state().sealed_count).toBe(1);
  });

  test('whose id was loaded with different bytes is an error, and remains', async () => {
    await loading.send(signUp(1));
    const { segment_id } = await loading.sealed();
    await loading.load();
    await using folder = await temporaryFolder();
    const text = `${receiptLine(signUp(2))}\n`;
    await writeFile(join(folder.path, `${segment_id}.1.${sha256Hex(text)}.ndjson`), text);
    const other = await openSpool({ folder: folder.path });
    await expect(loadSegments(loading.warehouse, { spool: other, clock })).rejects.toThrow(InvariantBroken);
    expect(other.state().sealed_count).toBe(1);
    await other.close();
  });

  test('can have more events than one batch, with duplicates', async () => {
    const messages = Array.from({ length: 10_500 }, (_, index) => signUp(index % 10_250));
    await loading.send(...messages);
    const progress: string[] = [];
    const counts = await loadSegments(loading.warehouse, {
      spool: loading.spool,
      clock,
      onProgress: (text) => progress.push(text),
    });
    expect(counts).toEqual({ accepted: 10_500, landed: 10_250, duplicates: 250, quarantined: 0 });
    expect(await loading.rows('select count(*) as n, count(distinct id) as ids from raw.creator_signed_up')).toEqual([
      { n: 10_250n, ids: 10_250n },
    ]);
    expect(progress).toEqual(['10500 events loaded']);
  });

  test('is loaded once by two concurrent loads', async () => {
    await loading.send(signUp(1), signUp(2));
    const counts = await Promise.all([loading.load(), loading.load()]);
    expect(counts[0].landed + counts[1].landed).toBe(2);
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2']);
  });

  test('of a gateway in another process is loaded once and removed there; a spool that cannot be used stops no other', async () => {
    await using folder = await temporaryFolder();
    const there = await openSpool({ folder: folder.path });
    await there.append([receiptLine(signUp(1)), receiptLine(signUp(2))]);
    await there.seal();
    const [name = ''] = await readdir(folder.path);
    const bytes = await readFile(join(folder.path, name));
    await there.append([receiptLine(signUp(3))]);
    await loading.send(signUp(1), signUp(4));
    const gatewaySpools = [
      gatewaySpool(join(folder.path, 'none')),
      gatewaySpool(folder.path, { patienceMs: 0 }),
      gatewaySpool(folder.path, { patienceMs: 0 }),
    ];
    await expect(loading.load({ gatewaySpools })).rejects.toThrow(/^The (spool of the )?gateway .* cannot be /);
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2', 'cr_4']);
    await writeFile(join(folder.path, name), bytes);
    await there.close();
    expect(await loading.load({ gatewaySpools: gatewaySpools.slice(1) })).toMatchObject({ accepted: 1, landed: 1 });
    expect(await loading.creators()).toEqual(['cr_1', 'cr_2', 'cr_3', 'cr_4']);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('is recorded later than the previous one, even if the clock stands still', async () => {
    await loading.send(signUp(1));
    await loading.load();
    await loading.send(signUp(2));
    await loading.load();
    const recorded = await loading.rows('select loaded_at from raw.creator_signed_up order by creator_id');
    expect(recorded.map((row) => row.loaded_at)).toEqual([
      '2026-02-01T00:00:00.500001Z',
      '2026-02-01T00:00:00.501001Z',
    ]);
  });

  test('with an event that is nested too deep lands, and sets it quarantined', async () => {
    let nested: unknown = 1;
    for (let level = 0; level < 3_500; level++) nested = { a: nested };
    const deep = { ...signUp(1), event: 'Creator Signed Up', properties: nested };
    await loading.send(signUp(2), deep, { ...deep, type: 'identify', messageId: 'm_deep' });
    expect(await loading.load()).toMatchObject({ accepted: 3, landed: 1, quarantined: 2 });
    expect(await loading.creators()).toEqual(['cr_2']);
  });

  test("with a row that is too long for the engine's file reader lands", async () => {
    const long = { type: 'identify', messageId: 'm_long', userId: 'dev_1', traits: { list: ['<'.repeat(3_900_000)] } };
    const short = (nth: number) => ({ type: 'identify', messageId: `m_${nth}`, userId: 'dev_1', traits: { nth } });
    await loading.send(long, ...Array.from({ length: 600 }, (_, nth) => short(nth)));
    expect((await loading.load()).landed).toBe(601);
    expect(await loading.rows('select count(distinct id) as ids, count(*) as n from raw.identifies')).toEqual([
      { ids: 601n, n: 601n },
    ]);
    expect(await loading.rows("select length(list) as n from raw.identifies where id = 'm_long'")).toEqual([
      { n: 6n * 3_900_000n + 4n },
    ]);
  });

  test('that cannot be loaded does not block the others', async () => {
    await loading.send(signUp(1));
    const { path } = await loading.sealed();
    await loading.send(signUp(2));
    await rm(path);
    await expect(loading.load()).rejects.toThrow(Unavailable);
    expect(await loading.creators()).toEqual(['cr_2']);
  });
});
