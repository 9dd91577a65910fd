import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDisk } from '../../../ingest/spool/disk.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { FailingDisk, type Step } from './failing-disk.ts';
import { sealedLines } from './sealed-lines.ts';

test('A probe of a healthy disk succeeds, and leaves nothing behind', async () => {
  await using folder = await temporaryFolder();
  const spool = await openSpool({ folder: folder.path });
  expect(await spool.probe()).toBeNull();
  expect(await readdir(folder.path)).toEqual([]);
  await spool.close();
  expect(await spool.probe()).toBe('it is closed');
});

test.each<Step>(['open', 'write', 'sync', 'remove'])(
  'A probe detects a disk that fails at %s, and its recovery without any append',
  async (step) => {
    await using folder = await temporaryFolder();
    const disk = new FailingDisk();
    const spool = await openSpool({ folder: folder.path, disk });
    disk.failing.add(step);
    expect(await spool.probe()).toContain('ENOSPC');
    expect(spool.state().failure).toContain('ENOSPC');
    expect(await spool.probe()).toContain('ENOSPC');
    const left = await nodeDisk.list(folder.path);
    expect(left).toEqual(step === 'remove' ? [{ name: 'probe', byte_count: 64 * 1024 }] : []);
    disk.failing.clear();
    expect(await spool.probe()).toBeNull();
    expect(spool.state().failure).toBeNull();
    expect(await readdir(folder.path)).toEqual([]);
    await spool.close();
  },
);

test('A probe detects a failure of the open segment only', async () => {
  await using folder = await temporaryFolder();
  const disk = new FailingDisk();
  const spool = await openSpool({ folder: folder.path, disk });
  await spool.append(['{"n":1}']);
  disk.failing.add('write').add('truncate');
  await expect(spool.append(['{"lost":1}'])).rejects.toThrow('ENOSPC');
  disk.failing.delete('write');
  expect(await spool.probe()).toContain('truncate');
  disk.failing.clear();
  expect(await spool.probe()).toBeNull();
  await spool.append(['{"n":2}']);
  await spool.seal();
  expect(await sealedLines(spool)).toEqual(['{"n":1}', '{"n":2}']);
  await spool.close();
});

test('A probe reports a full spool until the waiting segments are loaded', async () => {
  await using folder = await temporaryFolder();
  const spool = await openSpool({ folder: folder.path, maxBytes: 100_000 });
  const line = JSON.stringify('x'.repeat(50_000));
  await spool.append([line]);
  await spool.seal();
  expect(await spool.probe()).toBe('the spool is full: 50003 of 100000 bytes are waiting to be loaded');
  const [segment] = await spool.segments();
  await spool.remove(segment?.segment_id ?? '');
  expect(await spool.probe()).toBeNull();
  await spool.close();
});

test("The reason does not contain the path in the disk's error", async () => {
  await using folder = await temporaryFolder();
  const disk = new FailingDisk();
  const spool = await openSpool({ folder: folder.path, disk });
  disk.open = async () => {
    throw new Error("EROFS: read-only file system, open '/srv/secret/spool/probe'");
  };
  expect(await spool.probe()).toBe('EROFS: read-only file system, open');
  await spool.close();
});

test('The file of a crashed probe is deleted at the next start', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'probe'), 'x');
  const spool = await openSpool({ folder: folder.path });
  expect(await readdir(folder.path)).toEqual([]);
  await spool.close();
});
