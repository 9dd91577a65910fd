/** One life of a gateway with its loader and its relay, in a process of its own; its plan is its argument, as JSON. */
import { mkdirSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import Fastify from 'fastify';
import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { gateway } from '../../../ingest/gateway/gateway.ts';
import { LANDING_TABLES } from '../../../ingest/load/landing-tables.ts';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { openEmitter, relayOutbox } from '../../../ingest/outbox/emitter.ts';
import { enqueueEvent } from '../../../ingest/outbox/enqueue-event.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import { type Clock, instant } from '../../../warehouse/clock.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { messageOf } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import { type Death, Fate } from './crash-plan.ts';
import { MortalDisk } from './crashing-disk.ts';
import { mortalOperational, mortalWarehouse } from './crashing-stores.ts';

export interface Plan {
  readonly folder: string;
  /** Its own name in the ids of what it tells. */
  readonly life: string;
  readonly death: Death | undefined;
  /** A clock jumps from one of these to the next, after so many readings; it ticks in between. */
  readonly clock: { readonly jumps: readonly number[]; readonly readings: number };
  readonly hasOutbox: boolean;
  readonly write_key: string;
}

/** What the life is asked to do; each is answered with a `Report`, unless death comes first. */
export type Order = 'tell' | 'relay' | 'load' | 'end';

export interface Report {
  readonly order: Order | 'listen';
  readonly url?: string;
  /** Ids of what stands in the outbox for certain. */
  readonly told?: readonly string[];
  readonly outbox?: readonly { readonly message_id: string; readonly sent_at: string | null }[];
  readonly error?: string;
}

/** Small, so that segments are also sealed for their size. */
const MAX_SEGMENT_BYTES = 6_000;
const TABLES = RAW_TABLES.filter(({ name }) => ['raw.tracks', 'raw.creator_signed_up'].includes(name));

if (process.argv[2] !== undefined) await live(JSON.parse(process.argv[2]));

async function live(plan: Plan): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  flushCompileCache();
  const acts = await open(plan);
  process.on('message', (order: Order) => {
    const report = acts[order]().then(
      (done): Report => ({ order, ...done }),
      (error: unknown): Report => ({ order, error: messageOf(error) }),
    );
    void report.then((sent) => process.send?.(sent));
  });
  process.send?.({ order: 'listen', url: acts.url } satisfies Report);
}

type Acts = Record<Order, () => Promise<Partial<Report>>> & { readonly url: string };

async function open({ folder, life, death, clock: jumping, hasOutbox, write_key }: Plan): Promise<Acts> {
  const fate = new Fate(death);
  const clock = jumpingClock(jumping);
  const graves = join(folder, 'graves', life);
  mkdirSync(graves, { recursive: true });
  const duckDb = await openDuckDb({ path: join(folder, 'warehouse.duckdb') });
  const warehouse = mortalWarehouse(duckDb, fate);
  await warehouse.transaction((writer) => writer.migrate([...LANDING_TABLES, ...TABLES]));
  const store = hasOutbox ? await openOperational({ kind: 'pglite', folder: join(folder, 'operational') }) : undefined;
  const operational = store && mortalOperational(store, fate);
  const disk = new MortalDisk(fate, graves);
  const spool = await openSpool({ folder: join(folder, 'spool'), disk, maxSegmentBytes: MAX_SEGMENT_BYTES });
  const app = Fastify();
  app.addHook('onRequest', async () => fate.enter('arrive')());
  app.addHook('onSend', async () => fate.enter('answer')());
  const sources = [
    { source_id: 'marketplace', write_key, enabled: true },
    { source_id: 'tantieme', write_key: `${write_key}_own`, enabled: true },
  ];
  await app.register(gateway, { spool, clock, sources });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const emitter = openEmitter({ dataPlaneUrl: url, writeKey: `${write_key}_own` });
  let toldCount = 0;
  return {
    url,
    async tell() {
      const told: string[] = [];
      for (let each = 0; operational && each < 3; each++) {
        const id = `own-${life}-${toldCount++}`;
        await tellOf(operational, id);
        told.push(id);
      }
      return { told };
    },
    async relay() {
      if (operational) await relayOutbox(operational, { emitter, now: () => instant(clock.now()) });
      return {};
    },
    async load() {
      await loadSegments(warehouse, { spool, clock });
      return {};
    },
    async end() {
      const outbox = (await operational?.selectFrom('outbox').select(['message_id', 'sent_at']).execute()) ?? [];
      emitter.close();
      await app.close();
      await spool.close();
      await store?.destroy();
      await duckDb.close();
      return { outbox };
    },
  };
}

async function tellOf(db: Operational, id: string): Promise<void> {
  const properties = { creator_id: `cr_${id}`, creator_name: id, country: 'DE' };
  // Before all that the clock ever shows: what is told by a clock that runs days ahead is rightly set aside.
  await enqueueEvent(db, {
    declaration: creatorSignedUp,
    messageId: id,
    occurredAt: '2026-01-05T10:00:00.000Z',
    properties,
  });
}

function jumpingClock({ jumps, readings }: Plan['clock']): Clock {
  let count = 0;
  return {
    now() {
      const jump = Math.floor(count / readings) % jumps.length;
      return requirePresent(jumps[jump], 'A clock shows something.') + count++;
    },
  };
}
