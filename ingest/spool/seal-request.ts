import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { randomId } from '../../warehouse/ids.ts';
import type { SpoolDisk } from './disk.ts';
import { openSegmentId } from './segment.ts';

const REQUEST = /^seal_[0-9a-f]+$/;
const POLL_MS = 25;

/** Whether a file in a spool's folder is the request of a loader that the open segment be sealed. */
export function isSealRequest(name: string): boolean {
  return REQUEST.test(name);
}

/**
 * Asks the process that writes a spool to seal its open segment, by an empty file that it removes afterwards. Resolves with whether
 * everything that it has acknowledged before is sealed within `patienceMs`.
 */
export async function requestSeal(
  folder: string,
  { disk, patienceMs }: { disk: SpoolDisk; patienceMs: number },
): Promise<boolean> {
  if (!hasOpen(await disk.names(folder))) return true;
  const request = randomId('seal');
  await (await disk.open(join(folder, request))).close();
  try {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += POLL_MS) {
      await wait(POLL_MS);
      const names = await disk.names(folder);
      // A process that stops seals its segment and leaves the request.
      if (!names.includes(request) || !hasOpen(names)) return true;
    }
    return false;
  } finally {
    await disk.remove(join(folder, request));
  }
}

function hasOpen(names: readonly string[]): boolean {
  return names.some((name) => openSegmentId(name) !== undefined);
}
