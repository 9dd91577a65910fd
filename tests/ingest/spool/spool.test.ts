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

describe('An acknowledged line', () => {
  test('is in the file before append resolves, and can be read after a seal', async () => {
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

  test('is synced once for all concurrent appends, and not before', async () => {
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

  test('an empty append creates no file, and an empty seal no segment', async () => {
    const spool = await openSpool({ folder });
    await spool.append([]);
    await spool.seal();
    expect(await spool.segments()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    await spool.close();
  });

  test('an invalid line breaks an invariant', async () => {
    const spool = await openSpool({ folder });
    await expect(spool.append(['{"a":1}\n{"b":2}'])).rejects.toThrow(InvariantBroken);
    await expect(spool.append([''])).rejects.toThrow(InvariantBroken);
    await spool.close();
  });

  test('a segment of the maximum size is sealed automatically, and the next one follows it', async () => {
    const spool = await openSpool({ folder, maxSegmentBytes: 16 });
    for (const line of ['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']) await spool.append([line]);
    await spool.seal();
    expect((await spool.segments()).map(({ event_count }) => event_count)).toEqual([2, 2, 1]);
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']);
    await spool.close();
  });
});

describe('After a crash', () => {
  test('complete lines are sealed, and a torn last line, which was not acknowledged, is removed', async () => {
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

  test('an open file without a complete line is deleted', async () => {
    await writeFile(join(folder, '0000000000007-run_1.open'), '{"torn":');
    await writeFile(join(folder, '0000000000008-run_1.open'), '');
    const spool = await openSpool({ folder });
    expect([await spool.segments(), await readdir(folder)]).toEqual([[], []]);
    await spool.close();
  });

  test('sealed segments are still there, in order, and count towards the limit', async () => {
    const before = await openSpool({ folder });
    for (const line of ['{"n":1}', '{"n":2}', '{"n":3}']) {
      await before.append([line]);
      await before.seal();
    }
    await before.close();
    const spool = await openSpool({ folder, maxBytes: 31 });
    expect(spool.state()).toMatchObject({ waiting_bytes: 24, sealed_count: 3, quarantined_count: 0, failure: null });
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    await expect(spool.append(['{"n":4}'])).rejects.toThrow(Unavailable);
    await spool.close();
  });

  test('close seals the open segment', async () => {
    const before = await openSpool({ folder });
    await before.append(['{"n":1}']);
    await before.close();
    await expect(before.append(['{"n":2}'])).rejects.toThrow(Unavailable);
    expect((await readdir(folder)).every((name) => name.endsWith('.ndjson'))).toBe(true);
  });

  test('segments are in the order in which they were begun, although the clock was set back', async () => {
    let nowMs = 1_770_000_000_000;
    const clock = { now: () => nowMs };
    for (const line of ['{"n":1}', '{"n":2}', '{"n":3}']) {
      const spool = await openSpool({ folder, clock });
      await spool.append([line]);
      await spool.close();
      nowMs -= 3_600_000;
    }
    const spool = await openSpool({ folder, clock });
    expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(spool.state().waiting_since_ms).toBe(1_770_000_000_000);
    await spool.close();
  });

  test('no id is reused, even for the same lines in an emptied folder', async () => {
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
    'at %s: nothing is acknowledged, nothing is stored',
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

  test('and cannot even truncate half a line: it is truncated before the next write', async () => {
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

  test('while sealing: the segment stays open and is sealed later, and appends continue', async () => {
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

  test('while removing: the segment remains', async () => {
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

test('A full spool refuses lines until the waiting segments are loaded', async () => {
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

test('A spool in whose place there is a file cannot be opened, and the message says what to do', async () => {
  const file = join(folder, 'spool');
  await writeFile(file, '');
  await expect(openSpool({ folder: file })).rejects.toThrow(
    new Unavailable(
      `The spool in ${file} cannot be opened: a file of that name is in the way; remove it, or set TANTIEME_DATA_DIR to another folder.`,
    ),
  );
});
