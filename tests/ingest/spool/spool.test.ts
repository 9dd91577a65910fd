import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import { InvariantBroken, Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { FailingDisk, type Step } from './failing-disk.ts';
import { sealedLines } from './sealed-lines.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-spool-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function onlyOpenFile(): Promise<string> {
  const open = (await readdir(folder)).filter((name) => name.endsWith('.open'));
  expect(open).toHaveLength(1);
  return join(folder, open[0] ?? '');
}

describe('What is acknowledged', () => {
  test('stands in the file before append resolves, and can be read after a seal', async () => {
    const spool = await openSpool({ folder });
    await spool.append(['{"a":1}', '{"a":2}']);
    expect(await readFile(await onlyOpenFile(), 'utf8')).toBe('{"a":1}\n{"a":2}\n');
    expect(await spool.segments()).toEqual([]);
    await spool.seal();
    expect(await sealedLines(spool)).toEqual(['{"a":1}', '{"a":2}']);
    const [segment] = await spool.segments();
    expect(segment?.path).toBe(join(folder, `${segment?.segment_id}.2.${segment?.sha256}.ndjson`));
    await spool.close();
  });

  test('is synced once for all who wait, and not before', async () => {
    const disk = new FailingDisk();
    const spool = await openSpool({ folder, disk });
    const send = async (sender: number) => {
      for (let turn = 0; turn < 10; turn += 1) await spool.append([`{"sender":${sender},"turn":${turn}}`]);
    };
    await Promise.all(Array.from({ length: 32 }, (_, sender) => send(sender)));
    await spool.seal();
    expect(disk.syncCount).toBeLessThan(40);
    expect(new Set(await sealedLines(spool)).size).toBe(320);
    await spool.close();
  });

  test('nothing at all makes no file, and an empty seal no segment', async () => {
    const spool = await openSpool({ folder });
    await spool.append([]);
    await spool.seal();
    expect(await spool.segments()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    await spool.close();
  });

  test('a line that is none breaks an invariant', async () => {
    const spool = await openSpool({ folder });
    await expect(spool.append(['{"a":1}\n{"b":2}'])).rejects.toThrow(InvariantBroken);
    await expect(spool.append([''])).rejects.toThrow(InvariantBroken);
    await spool.close();
  });

  test('a segment that has grown enough is sealed by itself, and the next one comes after it', async () => {
    const spool = await openSpool({ folder, maxSegmentBytes: 16 });
    for (const line of ['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']) await spool.append([line]);
    await spool.seal();
    expect((await spool.segments()).map(({ event_count }) => event_count)).toEqual([2, 2, 1]);
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']);
    await spool.close();
  });
});

describe('After a crash', () => {
  test('whole lines are sealed, and a torn last line, which nobody was promised, is cut', async () => {
    const crashed = await openSpool({ folder });
    await crashed.append(['{"a":1}', '{"ü":"€"}']);
    await appendFile(await onlyOpenFile(), '{"torn":');
    const spool = await openSpool({ folder });
    expect((await spool.segments()).map(({ event_count }) => event_count)).toEqual([2]);
    const [segment] = await spool.segments();
    const text = await readFile(segment?.path ?? '', 'utf8');
    expect(text).toBe('{"a":1}\n{"ü":"€"}\n');
    expect(segment?.sha256).toBe(sha256Hex(text));
    expect(segment?.byte_count).toBe(Buffer.byteLength(text));
    await spool.close();
    await crashed.close();
  });

  test('an open file without a whole line is dropped', async () => {
    await writeFile(join(folder, '000000000007-run_1.open'), '{"torn":');
    await writeFile(join(folder, '000000000008-run_1.open'), '');
    const spool = await openSpool({ folder });
    expect([await spool.segments(), await readdir(folder)]).toEqual([[], []]);
    await spool.close();
  });

  test('sealed segments are still there, in order, and counted against the bound', async () => {
    const before = await openSpool({ folder });
    for (const line of ['{"n":1}', '{"n":2}', '{"n":3}']) {
      await before.append([line]);
      await before.seal();
    }
    await before.close();
    const spool = await openSpool({ folder, maxBytes: 31 });
    expect(spool.state()).toEqual({ waiting_bytes: 24, sealed_count: 3, quarantined_count: 0, failure: null });
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    await expect(spool.append(['{"n":4}'])).rejects.toThrow(Unavailable);
    await spool.close();
  });

  test('what was open at the end is sealed by close', async () => {
    const before = await openSpool({ folder });
    await before.append(['{"n":1}']);
    await before.close();
    await expect(before.append(['{"n":2}'])).rejects.toThrow(Unavailable);
    expect((await readdir(folder)).every((name) => name.endsWith('.ndjson'))).toBe(true);
  });

  test('no id comes again, even for the same lines in a folder that was emptied', async () => {
    const ids: string[] = [];
    for (let start = 0; start < 5; start += 1) {
      const spool = await openSpool({ folder });
      for (let round = 0; round < 3; round += 1) {
        await spool.append(['{"the":"same"}']);
        await spool.seal();
        const [segment] = await spool.segments();
        ids.push(segment?.segment_id ?? '');
        await spool.remove(segment?.segment_id ?? '');
      }
      expect(await readdir(folder)).toEqual([]);
      await spool.close();
    }
    expect(new Set(ids).size).toBe(15);
  });
});

describe('A disk that fails', () => {
  test.each<Step>(['write', 'sync', 'open', 'syncFolder'])(
    'at %s: nothing is acknowledged, nothing stays',
    async (step) => {
      const disk = new FailingDisk();
      const spool = await openSpool({ folder, disk });
      if (step === 'write' || step === 'sync') await spool.append(['{"n":1}']);
      const held = spool.state().waiting_bytes;
      disk.failing.add(step);
      const outcomes = await Promise.allSettled([
        spool.append(['{"lost":1}']),
        spool.append(['{"lost":2}', '{"lost":3}']),
      ]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'Unavailable' } });
      }
      expect(spool.state().failure).toContain('ENOSPC');
      expect(spool.state().waiting_bytes).toBe(held);
      if (step !== 'open') expect((await stat(await onlyOpenFile())).size).toBe(held);
      disk.failing.clear();
      await spool.append(['{"n":2}']);
      expect(spool.state().failure).toBeNull();
      await spool.seal();
      expect(await sealedLines(spool)).toEqual(held === 0 ? ['{"n":2}'] : ['{"n":1}', '{"n":2}']);
      await spool.close();
    },
  );

  test('so badly that half a line cannot even be cut: it is cut before the next write', async () => {
    const disk = new FailingDisk();
    const spool = await openSpool({ folder, disk });
    await spool.append(['{"n":1}']);
    disk.failing.add('write').add('truncate');
    await expect(spool.append(['{"lost":1}'])).rejects.toThrow(Unavailable);
    expect((await stat(await onlyOpenFile())).size).toBeGreaterThan(8);
    disk.failing.delete('write');
    await expect(spool.append(['{"lost":2}'])).rejects.toThrow(Unavailable);
    await expect(spool.seal()).rejects.toThrow(Unavailable);
    disk.failing.clear();
    await spool.append(['{"n":2}']);
    await spool.seal();
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}']);
    await spool.close();
  });

  test('while sealing: the segment stays open and is sealed later, and appending goes on', async () => {
    const disk = new FailingDisk();
    const spool = await openSpool({ folder, disk, maxSegmentBytes: 1 });
    disk.failing.add('rename');
    await spool.append(['{"n":1}']);
    await expect(spool.seal()).rejects.toThrow(Unavailable);
    expect(spool.state().failure).toContain('ENOSPC');
    disk.failing.clear();
    await spool.append(['{"n":2}']);
    await spool.seal();
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}']);
    await spool.close();
  });

  test('while removing: the segment stays', async () => {
    const disk = new FailingDisk();
    const spool = await openSpool({ folder, disk });
    await spool.append(['{"n":1}']);
    await spool.seal();
    const [segment] = await spool.segments();
    disk.failing.add('remove');
    await expect(spool.remove(segment?.segment_id ?? '')).rejects.toThrow(Unavailable);
    expect(await sealedLines(spool)).toEqual(['{"n":1}']);
    await spool.close();
  });

  test('at the start: the spool does not open', async () => {
    await writeFile(join(folder, 'a-file'), '');
    await expect(openSpool({ folder: join(folder, 'a-file') })).rejects.toThrow(Unavailable);
  });
});

test('Over its bound a spool turns lines away, until what waits was loaded', async () => {
  const spool = await openSpool({ folder, maxBytes: 20 });
  const outcomes = await Promise.allSettled(['{"n":1}', '{"n":2}', '{"n":3}'].map((line) => spool.append([line])));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  await spool.seal();
  const [segment] = await spool.segments();
  await spool.remove(segment?.segment_id ?? '');
  await spool.remove(segment?.segment_id ?? '');
  expect(spool.state()).toMatchObject({ waiting_bytes: 0, sealed_count: 0 });
  await spool.append(['{"n":3}']);
  await spool.seal();
  expect(await sealedLines(spool)).toEqual(['{"n":3}']);
  await spool.close();
});
