import { readFile } from 'node:fs/promises';
import { countOf } from '../../warehouse/count-of.ts';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';
import { sha256HexAside } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { parseJson } from '../rudder/go-text.ts';
import type { Receipt } from '../rudder/receive.ts';
import type { Segment } from '../spool/segment.ts';
import { EventLoad, type EventLoadOptions, type Loaded, type SizedReceipt } from './event-load.ts';
import type { LoadWriter } from './load-writer.ts';
import { type Selection, selected } from './unloadable.ts';

/** What is loaded, and how: plain values, so that another thread can be given them. */
export interface SegmentRequest extends Omit<EventLoadOptions, 'segment_id'> {
  readonly segment: Segment;
  readonly selection: Selection;
}

/** `damaged`: its bytes are not those that were acknowledged, and nothing of it was loaded. */
export type SegmentLoaded = Loaded | 'damaged';

/** Loads the selected events of a segment within a transaction. Throws `Unavailable` if it cannot be read. */
export async function loadRows(
  writer: LoadWriter,
  { segment, selection, ...options }: SegmentRequest,
): Promise<SegmentLoaded> {
  const { segment_id, sha256, event_count } = segment;
  const bytes = await readSegment(segment);
  if ((await sha256HexAside(bytes)) !== sha256) return 'damaged';
  const events = await EventLoad.begin(writer, { ...options, segment_id });
  await events.run(selected([receiptsIn(bytes)], selection));
  const counts = await events.finish({ segment_hash: sha256 });
  invariant(
    selection.range || counts.accepted === event_count,
    `The segment ${segment_id} must have ${countOf(event_count, 'acknowledged event')} but has ${counts.accepted}.`,
  );
  return counts;
}

async function readSegment({ path }: Segment): Promise<Buffer<ArrayBuffer>> {
  return readFile(path).catch((error: unknown) => {
    throw new Unavailable(`The segment ${path} cannot be read: ${messageOf(error)}`);
  });
}

const NEWLINE = 0x0a;

/** Only a newline ends a line: U+2028 and similar characters are text. */
function* receiptsIn(bytes: Buffer): Generator<SizedReceipt> {
  for (let from = 0, to = bytes.indexOf(NEWLINE); to !== -1; from = to + 1, to = bytes.indexOf(NEWLINE, from)) {
    yield { receipt: parseJson(bytes.toString('utf8', from, to)) as unknown as Receipt, byte_count: to - from };
  }
}
