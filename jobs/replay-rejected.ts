import { messages, rejectedEvents } from '../ingest/landing-tables.ts';
import type { Receipt } from '../ingest/rudder/receive.ts';
import type { JsonObject } from '../warehouse/json.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Job } from './job.ts';
import { catchUp } from './load-events.ts';

/** Events that are on their way together. */
const EVENTS_AT_ONCE = 1000;

export const replayRejected: Job = {
  name: 'replay-rejected',
  meaning: 'Takes in again what was set aside; what keeps to the catalogue by now lands, the rest stays set aside.',
  about: 'everything',
  async run(run) {
    let replayed = 0;
    let landed = 0;
    let last: SetAside | undefined;
    do {
      const events = await setAsideAfter(run.warehouse, last);
      await run.spool.append(events.map(receiptLine));
      await catchUp(run);
      replayed += events.length;
      landed += await countLanded(run.warehouse, events);
      if (events.length > 0) run.progress(`${replayed} events replayed, of which ${landed} landed`);
      last = events.at(-1);
    } while (last);
    return { replayed, landed, still_rejected: replayed - landed };
  },
};

type SetAside = Readonly<Record<'message_id' | 'source_id' | 'message' | 'received_at', string>>;

/** The next events that have not landed, in the order of their receipt; of several under one id, what was set aside last. */
async function setAsideAfter(warehouse: Warehouse, last: SetAside | undefined): Promise<SetAside[]> {
  return warehouse.query<SetAside>(
    `select message_id, source_id, message, received_at
     from (
       select
         rejected.message_id, rejected.source_id, rejected.message, rejected.received_at,
         row_number() over (
           partition by rejected.message_id order by rejected.loaded_at desc, rejected.received_at desc
         ) as newest
       from ${rejectedEvents.name} as rejected
       join ${messages.name} as known on known.message_id = rejected.message_id
       where known.outcome = 'rejected'
     ) as waiting
     where newest = 1 and (received_at > $1 or (received_at = $1 and message_id > $2))
     order by received_at, message_id
     limit ${EVENTS_AT_ONCE}`,
    last ? [last.received_at, last.message_id] : ['0001-01-01T00:00:00.000Z', ''],
  );
}

/** As the gateway wrote it, but for the sender's address, which is not kept. */
function receiptLine({ received_at, source_id, message }: SetAside): string {
  const receipt: Receipt = { received_at, source_id, request_ip: '', message: JSON.parse(message) as JsonObject };
  return JSON.stringify(receipt);
}

async function countLanded(warehouse: Warehouse, events: readonly SetAside[]): Promise<number> {
  const [count] = await warehouse.query<{ landed: bigint }>(
    `select count(*) as landed from ${messages.name}
     where outcome = 'landed' and message_id in (select unnest(from_json($1, '["VARCHAR"]')))`,
    [JSON.stringify(events.map(({ message_id }) => message_id))],
  );
  return Number(count?.landed ?? 0n);
}
