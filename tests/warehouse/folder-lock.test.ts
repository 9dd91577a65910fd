import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Unavailable } from '../../warehouse/errors.ts';
import { lockFolder } from '../../warehouse/folder-lock.ts';
import { warnSkipped } from '../support/skipped-tests.ts';
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
  expect(await readFile(join(path, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid}( \\d+)?$`));
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
  expect(await readFile(join(folder.path, 'lock'), 'utf8')).toMatch(new RegExp(`^${holder.pid}( \\d+)?$`));
  await (await lockFolder(folder.path))();
});

test.each([
  ['nothing', ''],
  ['no number', 'x'],
  ['our own process id, from an earlier process', String(process.pid)],
  ['the id of a process that started at another time, so that it is another one', `${process.ppid} 1`],
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

test('a live process whose start is not in the lock may be another one, and the sentence says so', async () => {
  await using folder = await temporaryFolder();
  const lock = join(folder.path, 'lock');
  await writeFile(lock, String(process.ppid));
  await expect(lockFolder(folder.path)).rejects.toThrow(
    new Unavailable(
      `The data folder ${folder.path} is held by process ${process.ppid}; stop that process, or use its API; if it is not Tantieme, remove ${lock}.`,
    ),
  );
});

test('a lock that cannot be read is not taken over', async () => {
  await using folder = await temporaryFolder();
  const lock = join(folder.path, 'lock');
  await mkdir(lock);
  await expect(lockFolder(folder.path)).rejects.toThrow(
    new Unavailable(
      `The lock ${lock} cannot be read, so another process may hold the data folder: EISDIR: illegal operation on a directory, read; start as the owner of that file, or remove it if no Tantieme runs there.`,
    ),
  );
  expect(await readdir(folder.path)).toEqual(['lock']);
});

test('a folder that cannot be created is reported', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'data')]) {
    await expect(lockFolder(path)).rejects.toThrow(
      new Unavailable(
        `The data folder ${path} cannot be made: a file of that name is in the way; remove it, or set TANTIEME_DATA_DIR to another folder.`,
      ),
    );
  }
});

const isRoot = process.getuid?.() === 0;
if (isRoot) warnSkipped('a folder that may not be written is not tested: root may write everywhere.');

test.skipIf(isRoot)('a folder that cannot be written is reported', async () => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o500);
  await expect(lockFolder(folder.path)).rejects.toThrow(
    new Unavailable(
      `The data folder ${folder.path} cannot be written: this user may not write there; change the permissions, start as its owner, or set TANTIEME_DATA_DIR to another folder.`,
    ),
  );
});
