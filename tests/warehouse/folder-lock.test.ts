import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Unavailable } from '../../warehouse/errors.ts';
import { lockFolder } from '../../warehouse/folder-lock.ts';
import { type Child, inAnotherProcess } from './child.ts';
import { temporaryFolder } from './folder.ts';

const locking = (folder: string): Child =>
  inAnotherProcess({
    module: join(import.meta.dirname, '../../warehouse/folder-lock.ts'),
    name: 'lockFolder',
    argument: JSON.stringify(folder),
  });

test('a folder is created, locked, released and locked again', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'deep', 'data');
  const release = await lockFolder(path);
  expect(await readdir(path)).toEqual(['lock']);
  expect(await readFile(join(path, 'lock'), 'utf8')).toBe(String(process.pid));
  await release();
  expect(await readdir(path)).toEqual([]);
  await (await lockFolder(path))();
});

test('a live process keeps its lock and is named by its id; a dead one loses it', async () => {
  await using folder = await temporaryFolder();
  await using holder = locking(folder.path);
  expect(await holder.line()).toBe('held');
  await expect(lockFolder(folder.path)).rejects.toThrow(
    new Unavailable(
      `The data folder ${folder.path} is held by process ${holder.pid}; stop that process, or use its API.`,
    ),
  );
  await holder.end();
  expect(await readFile(join(folder.path, 'lock'), 'utf8')).toBe(String(holder.pid));
  await (await lockFolder(folder.path))();
});

test.each([
  ['nothing', ''],
  ['no number', 'x'],
  ['our own process id, from an earlier process', String(process.pid)],
])('a lock with %s in it is taken over', async (_, content) => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'lock'), content);
  const release = await lockFolder(folder.path);
  expect(await readdir(folder.path)).toEqual(['lock']);
  await release();
});

test('of many processes that find a stale lock, one takes it over', async () => {
  await using folder = await temporaryFolder();
  await using dead = locking(folder.path);
  await dead.line();
  await dead.end();
  const children = Array.from({ length: 4 }, () => locking(folder.path));
  const lines = await Promise.all(children.map((child) => child.line()));
  await Promise.all(children.map((child) => child.end()));
  expect(lines.filter((line) => line === 'held')).toHaveLength(1);
  for (const line of lines) expect(line).toMatch(/^held$|^Unavailable: /);
});

test('a folder that cannot be created is reported', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  await expect(lockFolder(join(file, 'data'))).rejects.toThrow(Unavailable);
});

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is reported', async () => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o500);
  await expect(lockFolder(folder.path)).rejects.toThrow(Unavailable);
});
