import { open } from 'node:fs/promises';

/** Makes the names in a folder durable: a file that was made or renamed is found under its name after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and journals its names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
