import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import { causeOf } from '../../warehouse/file-causes.ts';
import { nodeDisk, type SpoolDisk } from './disk.ts';
import { moveToQuarantine } from './quarantine.ts';
import { requestSeal } from './seal-request.ts';
import { sealedSegment, sealedSegments } from './segment.ts';
import type { SegmentSource } from './spool.ts';

/** A gateway takes up a request within a quarter of a second, unless it is overloaded. */
const PATIENCE_MS = 5000;

interface GatewaySpoolOptions {
  readonly disk?: SpoolDisk;
  readonly patienceMs?: number;
}

/**
 * The spool that a gateway writes in another process, as the loader sees it: only sealed segments are read and removed. `seal` rejects
 * with `Unavailable` if there are events that the gateway does not seal, since it does not run.
 */
export function gatewaySpool(
  folder: string,
  { disk = nodeDisk, patienceMs = PATIENCE_MS }: GatewaySpoolOptions = {},
): SegmentSource {
  const inFolder = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const cause = causeOf(error, 'correct TANTIEME_GATEWAY_FOLDERS');
      throw new Unavailable(`The spool of the gateway in ${folder} cannot be used: ${cause}`);
    }
  };
  const pathOf = async (segment_id: string): Promise<string | undefined> => {
    const names = await inFolder(() => disk.names(folder));
    const sealed = names.flatMap((name) => sealedSegment(folder, { name, byte_count: 0 }) ?? []);
    return sealed.find((segment) => segment.segment_id === segment_id)?.path;
  };
  return {
    segments: () => inFolder(async () => sealedSegments(folder, await disk.list(folder))),
    async seal() {
      if (await inFolder(() => requestSeal(folder, { disk, patienceMs }))) return;
      throw new Unavailable(
        `The gateway of the spool in ${folder} does not respond, so its latest events cannot be loaded; start it again.`,
      );
    },
    async remove(segment_id) {
      const path = await pathOf(segment_id);
      if (path !== undefined) await inFolder(() => disk.remove(path));
    },
    async quarantine(segment_id, reason) {
      const path = await pathOf(segment_id);
      if (path === undefined) {
        throw new Conflict(`The segment ${segment_id} cannot be quarantined: it is not in ${folder}.`);
      }
      return inFolder(() => moveToQuarantine({ path }, { disk, folder, reason }));
    },
  };
}
