import type { Receipt } from '../ingest/rudder/receive.ts';
import type { JsonObject } from '../warehouse/json.ts';
import { readQueries } from '../warehouse/named-queries.ts';
import { textList } from '../warehouse/text-list.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Job } from './job.ts';
import { catchUp } from './load-events.ts';

const QUERIES = readQueries(import.meta.url, 'replay-rejected.queries.sql', {
  waiting_events: [],
  landed_events: ['message_ids'],
});

/** Events that are on their way together. */
const EVENTS_AT_ONCE = 10_000;

/** And the length of their texts. */
const LENGTH_AT_ONCE = 16 * 1024 * 1024;

export const replayRejected: Job = {
  name: 'replay-rejected',
  meaning: 'Takes in again what was set aside; what keeps to the catalogue by now lands, the rest stays set aside.',
  about: 'everything',
  async run(run) {
    let replayed = 0;
    let landed = 0;
    // What an interrupted replay has left on its way, and what was sent again mended, has landed then.
    await catchUp(run);
    for await (const events of setAside(run.warehouse)) {
      const landedBefore = await landedOf(events, run.warehouse);
      const waiting = events.filter(({ message_id }) => !landedBefore.has(message_id));
      await run.spool.append(waiting.map(receiptLine));
      await catchUp(run);
      replayed += waiting.length;
      landed += (await landedOf(waiting, run.warehouse)).size;
      run.progress(`${replayed} events replayed, of which ${landed} landed`);
    }
    return { replayed, landed, still_quarantined: replayed - landed };
  },
};

type SetAside = Readonly<Record<'message_id' | 'source_id' | 'message' | 'received_at', string>>;

/**
 * The events that have not landed when one begins, in the order of their receipt; of several under one id, what was set
 * aside last. Asked once, however many there are: they are not searched for again with every piece.
 */
async function* setAside(warehouse: Warehouse): AsyncGenerator<readonly SetAside[]> {
  let piece: SetAside[] = [];
  const rows = warehouse.stream<SetAside>(...QUERIES.waiting_events());
  let length = 0;
  for await (const some of rows) {
    for (const row of some) {
      length += row.message.length;
      if (piece.push(row) < EVENTS_AT_ONCE && length < LENGTH_AT_ONCE) continue;
      yield piece;
      piece = [];
      length = 0;
    }
  }
  if (piece.length > 0) yield piece;
}

/** As the gateway wrote it, but for the sender's address, which is not kept. */
function receiptLine({ received_at, source_id, message }: SetAside): string {
  const receipt: Receipt = { received_at, source_id, request_ip: '', message: JSON.parse(message) as JsonObject };
  return JSON.stringify(receipt);
}

/** The ids of those events that have landed by now. */
async function landedOf(events: readonly SetAside[], warehouse: Warehouse): Promise<ReadonlySet<string>> {
  const rows = await warehouse.query<{ message_id: string }>(
    ...QUERIES.landed_events(textList(events.map(({ message_id }) => message_id))),
  );
  return new Set(rows.map(({ message_id }) => message_id));
}
