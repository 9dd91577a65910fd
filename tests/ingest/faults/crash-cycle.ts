/** One start of a gateway with its loader and its relay, in a process of its own; its plan is its argument, as JSON. */
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
import { type Crash, CrashPlan } from './crash-plan.ts';
import { CrashingDisk } from './crashing-disk.ts';
import { crashingOperational, crashingWarehouse } from './crashing-stores.ts';

export interface CyclePlan {
  /** The data directory. */
  readonly folder: string;
  /** Part of the ids of the events that it enqueues itself. */
  readonly cycle: string;
  readonly crash: Crash | undefined;
  /** A clock jumps from one of these to the next, after so many readings; it ticks in between. */
  readonly clock: { readonly jumps: readonly number[]; readonly readings: number };
  readonly hasOutbox: boolean;
  readonly write_key: string;
}

/** A command from the test; each is answered with a `Report`, unless the process crashes first. */
export type Command = 'enqueue' | 'relay' | 'load' | 'stop';

export interface Report {
  readonly command: Command | 'start';
  readonly url?: string;
  /** Ids of what is in the outbox for certain. */
  readonly enqueued?: readonly string[];
  readonly outbox?: readonly { readonly message_id: string; readonly sent_at: string | null }[];
  readonly error?: string;
}

/** Small, so that segments are also sealed for their size. */
const MAX_SEGMENT_BYTES = 6_000;
const TABLES = RAW_TABLES.filter(({ name }) => ['raw.tracks', 'raw.creator_signed_up'].includes(name));

if (process.argv[2] !== undefined) await run(JSON.parse(process.argv[2]));

async function run(plan: CyclePlan): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  flushCompileCache();
  const handlers = await open(plan);
  process.on('message', (command: Command) => {
    const report = handlers[command]().then(
      (done): Report => ({ command, ...done }),
      (error: unknown): Report => ({ command, error: messageOf(error) }),
    );
    void report.then((sent) => process.send?.(sent));
  });
  process.send?.({ command: 'start', url: handlers.url } satisfies Report);
}

type Handlers = Record<Command, () => Promise<Partial<Report>>> & { readonly url: string };

async function open(cyclePlan: CyclePlan): Promise<Handlers> {
  const { folder, cycle, hasOutbox, write_key } = cyclePlan;
  const plan = new CrashPlan(cyclePlan.crash);
  const clock = jumpingClock(cyclePlan.clock);
  const removed = join(folder, 'removed', cycle);
  mkdirSync(removed, { recursive: true });
  const duckDb = await openDuckDb({ path: join(folder, 'warehouse.duckdb') });
  const warehouse = crashingWarehouse(duckDb, plan);
  await warehouse.transaction((writer) => writer.migrate([...LANDING_TABLES, ...TABLES]));
  const store = hasOutbox ? await openOperational({ kind: 'pglite', folder: join(folder, 'operational') }) : undefined;
  const operational = store && crashingOperational(store, plan);
  const disk = new CrashingDisk(plan, removed);
  const spool = await openSpool({ folder: join(folder, 'spool'), disk, maxSegmentBytes: MAX_SEGMENT_BYTES });
  const app = Fastify();
  app.addHook('onRequest', async () => plan.enter('request')());
  app.addHook('onSend', async () => plan.enter('response')());
  const sources = [
    { source_id: 'marketplace', write_key, enabled: true },
    { source_id: 'tantieme', write_key: `${write_key}_own`, enabled: true },
  ];
  await app.register(gateway, { spool, clock, sources });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const emitter = openEmitter({ dataPlaneUrl: url, writeKey: `${write_key}_own` });
  let enqueuedCount = 0;
  return {
    url,
    async enqueue() {
      const enqueued: string[] = [];
      for (let each = 0; operational && each < 3; each++) {
        const id = `own-${cycle}-${enqueuedCount++}`;
        await enqueueSignUp(operational, id);
        enqueued.push(id);
      }
      return { enqueued };
    },
    async relay() {
      if (operational) await relayOutbox(operational, { emitter, now: () => instant(clock.now()) });
      return {};
    },
    async load() {
      await loadSegments(warehouse, { spool, clock });
      return {};
    },
    async stop() {
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

async function enqueueSignUp(db: Operational, id: string): Promise<void> {
  const properties = { creator_id: `cr_${id}`, creator_name: id, country: 'DE' };
  // Earlier than every reading of the clock: an event dated days ahead of its receipt is quarantined.
  await enqueueEvent(db, {
    declaration: creatorSignedUp,
    messageId: id,
    occurredAt: '2026-01-05T10:00:00.000Z',
    properties,
  });
}

function jumpingClock({ jumps, readings }: CyclePlan['clock']): Clock {
  let count = 0;
  return {
    now() {
      const jump = Math.floor(count / readings) % jumps.length;
      return requirePresent(jumps[jump], 'A clock has a reading.') + count++;
    },
  };
}
