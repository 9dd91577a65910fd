import { open } from 'node:fs/promises';

/** Makes the entries of a folder durable: created and renamed files keep their names after a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and its file system journals names anyway.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
