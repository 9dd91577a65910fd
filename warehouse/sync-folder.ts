import { closeSync, fsync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Makes the bytes of an open file durable. */
export const sync = promisify(fsync);

/** Makes the entries of a folder durable: created and renamed files keep their names after a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and its file system journals names anyway.
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    await sync(opened);
  } finally {
    closeSync(opened);
  }
}

/** How many files are open at once. */
const AT_ONCE = 32;

/** Makes everything below a folder durable: the bytes of its files, and their names. Many at once, as a disk takes about as long for them as for one. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const left = entries.map((entry) => ({ path: join(entry.parentPath, entry.name), isFolder: entry.isDirectory() }));
  while (left.length > 0)
    await Promise.all(left.splice(0, AT_ONCE).map(({ path, isFolder }) => (isFolder ? syncFolder : syncFile)(path)));
  await syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const opened = openSync(path, 'r+');
  try {
    await sync(opened);
  } finally {
    closeSync(opened);
  }
}
