import type { Receipt } from '../ingest/rudder/receive.ts';
import { countOf } from '../warehouse/count-of.ts';
import { Rejected } from '../warehouse/errors.ts';
import { type JsonObject, jsonText } from '../warehouse/json.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { textList } from '../warehouse/text-list.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Job } from './job.ts';
import { catchUp } from './load-events.ts';

const QUERIES = readQueries(import.meta.url, 'replay-rejected.queries.sql', {
  waiting_events: ['reason', 'event'],
  landed_events: ['message_ids'],
});

/** The most events that are replayed in one batch. */
const BATCH_EVENTS = 10_000;

/** The most characters that the events of one batch have. */
const BATCH_LENGTH = 16 * 1024 * 1024;

/** Which events are replayed; all that wait without a reason and an event. */
interface ReplayOptions {
  /** The reason of the quarantine, as the quarantine has it. */
  readonly reason: string;
  /** The name of the event. */
  readonly event: string;
}

export const replayRejected: Job<ReplayOptions> = {
  name: 'replay-rejected',
  meaning:
    'Loads the quarantined events again; those that now conform to the catalogue land, the others stay quarantined.',
  about: 'everything',
  readOptions({ reason = '', event = '', ...others }) {
    const [unknown] = Object.keys(others);
    if (unknown === undefined) return { reason, event };
    throw new Rejected(`replay-rejected has no option ${unknown}; its options are reason and event.`);
  },
  async run(run, _period, options = { reason: '', event: '' }) {
    let replayed = 0;
    let landed = 0;
    // First load what an interrupted replay left in the spool and corrected events that were sent again.
    await catchUp(run);
    for await (const events of quarantinedBatches(run.warehouse, options)) {
      const landedBefore = await landedOf(events, run.warehouse);
      const waiting = events.filter(({ message_id }) => !landedBefore.has(message_id));
      await run.spool.append(waiting.map(receiptLine));
      await catchUp(run);
      replayed += waiting.length;
      landed += (await landedOf(waiting, run.warehouse)).size;
      run.progress(`${countOf(replayed, 'event')} replayed, of which ${landed} landed`);
    }
    return { replayed, landed, still_quarantined: replayed - landed };
  },
};

type QuarantinedEvent = Readonly<Record<'message_id' | 'source_id' | 'message' | 'received_at', string>> & {
  readonly is_from_browser: boolean;
};

/**
 * The events that have not landed when the iteration begins, in order of receipt; of several with one id, the one
 * quarantined last. One query for all batches, so the quarantine is not scanned again for each.
 */
async function* quarantinedBatches(
  warehouse: Warehouse,
  { reason, event }: ReplayOptions,
): AsyncGenerator<readonly QuarantinedEvent[]> {
  let batch: QuarantinedEvent[] = [];
  const rows = warehouse.stream<QuarantinedEvent>(...QUERIES.waiting_events(reason, event));
  let length = 0;
  for await (const some of rows) {
    for (const row of some) {
      length += row.message.length;
      if (batch.push(row) < BATCH_EVENTS && length < BATCH_LENGTH) continue;
      yield batch;
      batch = [];
      length = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

/** The line as the gateway wrote it, without the sender's address, which is not stored. */
function receiptLine({ received_at, source_id, is_from_browser, message }: QuarantinedEvent): string {
  const arrival = { received_at, source_id, request_ip: '', ...(is_from_browser && { is_from_browser }) };
  const receipt: Receipt = { ...arrival, message: JSON.parse(message) as JsonObject };
  return jsonText({ ...receipt });
}

/** The ids of the given events that have landed. */
async function landedOf(events: readonly QuarantinedEvent[], warehouse: Warehouse): Promise<ReadonlySet<string>> {
  const rows = await warehouse.query<{ message_id: string }>(
    ...QUERIES.landed_events(textList(events.map(({ message_id }) => message_id))),
  );
  return new Set(rows.map(({ message_id }) => message_id));
}
