import { closeSync, fsync, openSync } from 'node:fs';
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
