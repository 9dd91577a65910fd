import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import type { Spool } from '../../../ingest/spool/spool.ts';
import { Conflict, Unavailable } from '../../../warehouse/errors.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { FailingDisk, type Step } from './failing-disk.ts';
import { sealedLines } from './sealed-lines.ts';

/** Creates one segment per line. */
async function fill(spool: Spool, ...lines: readonly string[]): Promise<string[]> {
  for (const line of lines) {
    await spool.append([line]);
    await spool.seal();
  }
  return (await spool.segments()).map(({ segment_id }) => segment_id);
}

test('A quarantined segment is stored under its name with the reason, and is no longer in the spool', async () => {
  await using folder = await temporaryFolder();
  const spool = await openSpool({ folder: folder.path, maxBytes: 24 });
  const [, second = ''] = await fill(spool, '{"n":1}', '{"n":2}', '{"n":3}');
  const before = (await spool.segments())[1];
  const path = await spool.quarantine(second, 'Its bytes have changed.');
  expect(path).toBe(join(folder.path, 'quarantine', basename(before?.path ?? '')));
  expect(await readFile(path, 'utf8')).toBe('{"n":2}\n');
  expect(await readFile(`${path}.reason.txt`, 'utf8')).toBe('Its bytes have changed.\n');
  expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":3}']);
  expect(spool.state()).toMatchObject({ waiting_bytes: 16, sealed_count: 2, quarantined_count: 1, failure: null });
  await spool.append(['{"n":4}']);
  await expect(spool.quarantine(second, 'again')).rejects.toThrow(Conflict);
  await spool.close();
});

test('The next start counts quarantined segments, and picks up those that were put back by hand', async () => {
  await using folder = await temporaryFolder();
  const before = await openSpool({ folder: folder.path });
  const [first = '', second = ''] = await fill(before, '{"n":1}', '{"n":2}', '{"n":3}');
  const mended = await before.quarantine(first, 'damaged');
  await before.quarantine(second, 'damaged');
  await before.close();
  await rename(mended, join(folder.path, basename(mended)));
  const spool = await openSpool({ folder: folder.path });
  expect(spool.state()).toMatchObject({ sealed_count: 2, quarantined_count: 1, waiting_bytes: 16 });
  expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":3}']);
  await spool.close();
});

test('A segment that was repaired and is damaged again gets a second reason', async () => {
  await using folder = await temporaryFolder();
  let spool = await openSpool({ folder: folder.path });
  const [first = ''] = await fill(spool, '{"n":1}');
  const path = await spool.quarantine(first, 'one byte differs');
  await spool.close();
  await rename(path, join(folder.path, basename(path)));
  spool = await openSpool({ folder: folder.path });
  expect(await spool.quarantine(first, 'two bytes differ')).toBe(path);
  expect(await readFile(`${path}.reason.txt`, 'utf8')).toBe('one byte differs\ntwo bytes differ\n');
  expect(spool.state()).toMatchObject({ sealed_count: 0, quarantined_count: 1 });
  await spool.close();
});

test.each<Step>(['open', 'write', 'sync', 'rename'])(
  'If the disk fails at %s, the segment stays in the spool until it can be quarantined',
  async (step) => {
    await using folder = await temporaryFolder();
    const disk = new FailingDisk();
    const spool = await openSpool({ folder: folder.path, disk });
    const [first = ''] = await fill(spool, '{"n":1}');
    disk.failing.add(step);
    await expect(spool.quarantine(first, 'damaged')).rejects.toThrow(Unavailable);
    expect(spool.state()).toMatchObject({ waiting_bytes: 8, sealed_count: 1, quarantined_count: 0 });
    expect(await sealedLines(spool)).toEqual(['{"n":1}']);
    disk.failing.clear();
    const path = await spool.quarantine(first, 'damaged');
    expect(await readFile(path, 'utf8')).toBe('{"n":1}\n');
    expect(await readFile(`${path}.reason.txt`, 'utf8')).toMatch(/damaged\n$/);
    expect(spool.state()).toMatchObject({ waiting_bytes: 0, sealed_count: 0, quarantined_count: 1 });
    await spool.close();
  },
);

test('A quarantine during appends loses no lines', async () => {
  await using folder = await temporaryFolder();
  const spool = await openSpool({ folder: folder.path });
  const [first = ''] = await fill(spool, '{"n":0}');
  const lines = Array.from({ length: 50 }, (_, n) => `{"n":${n + 1}}`);
  const [path] = await Promise.all([
    spool.quarantine(first, 'damaged'),
    ...lines.map((line) => spool.append([line])),
    spool.seal(),
  ]);
  await spool.seal();
  expect(await sealedLines(spool)).toEqual(lines);
  expect(await readdir(dirname(path))).toHaveLength(2);
  await spool.close();
});

test('Another file in the folder is not counted as a segment', async () => {
  await using folder = await temporaryFolder();
  const before = await openSpool({ folder: folder.path });
  const [first = ''] = await fill(before, '{"n":1}');
  await writeFile(join(dirname(await before.quarantine(first, 'damaged')), 'notes.txt'), 'looked at');
  await before.close();
  const spool = await openSpool({ folder: folder.path });
  expect(spool.state()).toMatchObject({ quarantined_count: 1, sealed_count: 0 });
  await spool.close();
});
