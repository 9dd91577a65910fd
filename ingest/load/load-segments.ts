import type { Clock } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import type { Sender } from '../events/senders.ts';
import { countFailedLoad, countLoad } from '../metrics.ts';
import { type Destination, NEW_DESTINATION } from '../rudder/destination.ts';
import type { Segment } from '../spool/segment.ts';
import type { SegmentSource } from '../spool/spool.ts';
import { addCounts, emptyCounts, type LoadCounts } from './event-load.ts';
import { LOAD_QUERIES } from './queries.ts';
import type { SegmentLoader } from './segment-loader.ts';
import { loadRows, type SegmentLoaded } from './segment-rows.ts';
import { loadWithoutUnloadable, type Selection, unloadableAlert } from './unloadable.ts';
import { takeInstant } from './warehouse-time.ts';

export type { LoadCounts } from './event-load.ts';

export interface LoadOptions {
  readonly spool: SegmentSource;
  /** The spools of gateways in other processes. */
  readonly gatewaySpools?: readonly SegmentSource[];
  readonly clock: Clock;
  readonly destination?: Destination;
  readonly sources?: readonly Sender[];
  /** What loads large segments; by default this thread. */
  readonly segmentLoader?: SegmentLoader | undefined;
  readonly onProgress?: (text: string) => void;
}

/**
 * Loads every event that the gateway has acknowledged into the raw tables, or quarantines it with the reason. A segment is
 * loaded in one transaction together with the record that it was loaded, so never twice or in part. A segment whose bytes have
 * changed since they were acknowledged is quarantined, and so is an event that the warehouse does not take; all others are
 * loaded, then this throws `InvariantBroken`. A spool that cannot be used does not block the others either.
 */
export async function loadSegments(warehouse: Warehouse, options: LoadOptions): Promise<LoadCounts> {
  const { spool, gatewaySpools = [], onProgress } = options;
  const total = emptyCounts();
  const damaged: string[] = [];
  const unloadable = new Map<string, number>();
  const failures: unknown[] = [];
  for (const { source, segment } of await waitingIn([spool, ...gatewaySpools], failures)) {
    try {
      const counts = await loadSegment(warehouse, { ...options, segment });
      if (counts === 'damaged') {
        damaged.push(
          await source.quarantine(segment.segment_id, 'The bytes differ from those that were acknowledged.'),
        );
        continue;
      }
      if (counts && counts.unloadable > 0) unloadable.set(`the segment ${segment.segment_id}`, counts.unloadable);
      await source.remove(segment.segment_id);
      if (!counts) continue;
      countLoad(counts);
      addCounts(total, counts);
      onProgress?.(`${countOf(total.accepted, 'event')} loaded`);
    } catch (error) {
      countFailedLoad();
      // One segment must not block the others; the next load tries it again.
      failures.push(error);
    }
  }
  const alerts = [damagedAlert(damaged), unloadableAlert(unloadable)].filter((alert) => alert !== undefined);
  if (alerts.length > 0) throw new InvariantBroken(alerts.join(' '));
  if (failures.length > 0) throw failures[0];
  return total;
}

/** The segments of all spools, sealed just now. What a spool fails with is added to `failures`. */
async function waitingIn(
  sources: readonly SegmentSource[],
  failures: unknown[],
): Promise<{ source: SegmentSource; segment: Segment }[]> {
  const failed = (error: unknown): void => void failures.push(error);
  const waiting = sources.map(async (source) => {
    await source.seal().catch(failed);
    const segments = (await source.segments().catch(failed)) ?? [];
    return segments.map((segment) => ({ source, segment }));
  });
  return (await Promise.all(waiting)).flat();
}

function damagedAlert(paths: readonly string[]): string | undefined {
  if (paths.length === 0) return undefined;
  return `Acknowledged events are missing: ${paths.join(', ')} ${paths.length === 1 ? 'was' : 'were'} quarantined because the bytes differ from those that were acknowledged. All other events are loaded. Put an intact copy into the folder of the spool and restart.`;
}

/** To load less takes no longer than to start a thread. */
const LARGE_BYTES = 256 * 1024;

/** Loads a segment in one transaction; undefined if it was loaded before, perhaps by a concurrent load. */
async function loadSegment(
  warehouse: Warehouse,
  { segment, clock, destination = NEW_DESTINATION, sources = [], segmentLoader }: LoadOptions & { segment: Segment },
): Promise<SegmentLoaded | undefined> {
  const load = async (writer: WarehouseWriter, selection: Selection): Promise<SegmentLoaded | undefined> => {
    const loadedHash = await loadedHashOf(writer, segment);
    if (loadedHash !== undefined) {
      assertSameBytes(segment, loadedHash);
      return undefined;
    }
    const loadedAt = await takeInstant(writer, clock);
    const request = { segment, selection, loadedAt, destination, sources, engine: warehouse.engine };
    const isLarge = segment.byte_count >= LARGE_BYTES;
    return isLarge && segmentLoader ? segmentLoader.load(writer, request) : loadRows(writer, request);
  };
  const { segment_id, event_count } = segment;
  return loadWithoutUnloadable(warehouse, { load, key: `segment/${segment_id}`, eventCount: async () => event_count });
}

/** The hash of the bytes with which a segment was loaded; undefined if it was not. */
async function loadedHashOf(writer: WarehouseWriter, { segment_id }: Segment): Promise<string | undefined> {
  const [loaded] = await writer.query<{ segment_hash: string }>(...LOAD_QUERIES.loaded_segment(segment_id));
  return loaded?.segment_hash;
}

function assertSameBytes({ segment_id, sha256 }: Segment, loadedHash: string): void {
  invariant(
    loadedHash === sha256,
    `The segment ${segment_id} cannot be loaded: it was already loaded with different bytes. Both versions still exist; compare them.`,
  );
}
