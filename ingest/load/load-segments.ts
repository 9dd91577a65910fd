import { readFile } from 'node:fs/promises';
import type { Clock } from '../../warehouse/clock.ts';
import { InvariantBroken, messageOf, Unavailable } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type Destination, NEW_DESTINATION } from '../rudder/destination.ts';
import { parseJson } from '../rudder/go-text.ts';
import type { Receipt } from '../rudder/receive.ts';
import type { Segment } from '../spool/segment.ts';
import type { Spool } from '../spool/spool.ts';
import { addCounts, EventLoad, type LoadCounts, noCounts, type SizedReceipt } from './event-load.ts';
import { LOAD_QUERIES } from './queries.ts';
import { takeInstant } from './warehouse-time.ts';

export type { LoadCounts } from './event-load.ts';

export interface LoadOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly destination?: Destination;
  readonly onProgress?: (text: string) => void;
}

/**
 * Lays every event that the gateway has acknowledged into the raw tables, or sets it aside with the reason. A segment goes
 * in whole, with the record that it did, in one transaction, so that none is loaded twice or in part. One that no longer has
 * the bytes that were acknowledged is set aside, the others are loaded, and then `InvariantBroken` names it.
 */
export async function loadSegments(warehouse: Warehouse, options: LoadOptions): Promise<LoadCounts> {
  const { spool, onProgress } = options;
  await spool.seal();
  const total = noCounts();
  const damaged: string[] = [];
  const failures: unknown[] = [];
  for (const segment of await spool.segments()) {
    try {
      const counts = await loadSegment(warehouse, { ...options, segment });
      if (counts === 'damaged') {
        damaged.push(await spool.setAside(segment.segment_id, 'It no longer has the bytes that were acknowledged.'));
        continue;
      }
      await spool.remove(segment.segment_id);
      if (!counts) continue;
      addCounts(total, counts);
      onProgress?.(`${total.accepted} events loaded`);
    } catch (error) {
      // One segment must not hold up the others; it waits, and is tried again by the next load.
      failures.push(error);
    }
  }
  if (damaged.length > 0) {
    throw new InvariantBroken(
      `Acknowledged events are missing: ${damaged.join(', ')} no longer has the bytes that were acknowledged and was set aside, the rest was loaded; put a good copy back into the spool and start again.`,
    );
  }
  if (failures.length > 0) throw failures[0];
  return total;
}

/** Loads a segment in one transaction; undefined where that was done before, perhaps by a load beside this one. */
async function loadSegment(
  warehouse: Warehouse,
  { segment, clock, destination = NEW_DESTINATION }: LoadOptions & { segment: Segment },
): Promise<LoadCounts | 'damaged' | undefined> {
  const work = async (writer: WarehouseWriter): Promise<LoadCounts | 'damaged' | undefined> => {
    if (await isLoaded(writer, segment)) return undefined;
    const bytes = await bytesOf(segment);
    if (sha256Hex(bytes) !== segment.sha256) return 'damaged';
    const { segment_id, sha256, event_count } = segment;
    const loadedAt = await takeInstant(writer, clock);
    const load = await EventLoad.begin(writer, { segment_id, loadedAt, destination, engine: warehouse.engine });
    await load.run(receiptsIn(bytes));
    const counts = await load.finish({ segment_hash: sha256 });
    invariant(
      counts.accepted === event_count,
      `Of ${event_count} acknowledged events in ${segment_id}, ${counts.accepted} were found.`,
    );
    return counts;
  };
  return warehouse.transaction(work, { lowMemory: true, key: `segment/${segment.segment_id}` });
}

async function isLoaded(writer: WarehouseWriter, { segment_id, sha256 }: Segment): Promise<boolean> {
  const [known] = await writer.query<{ segment_hash: string }>(...LOAD_QUERIES.loaded_segment(segment_id));
  invariant(
    !known || known.segment_hash === sha256,
    `The segment ${segment_id} was loaded already, but with other bytes; neither is forgotten.`,
  );
  return known !== undefined;
}

async function bytesOf({ path }: Segment): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new Unavailable(`The segment ${path} cannot be read: ${messageOf(error)}`);
  });
}

const NEWLINE = 0x0a;

/** A line ends at a newline alone: U+2028 and its like are text. */
function* receiptsIn(bytes: Buffer): Generator<SizedReceipt> {
  for (let from = 0, to = bytes.indexOf(NEWLINE); to !== -1; from = to + 1, to = bytes.indexOf(NEWLINE, from)) {
    yield { receipt: parseJson(bytes.toString('utf8', from, to)) as unknown as Receipt, byte_count: to - from };
  }
}
