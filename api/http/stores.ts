import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { instant } from '../../warehouse/clock.ts';
import { messageOf } from '../../warehouse/errors.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { probeOperational } from '../../warehouse/operational/operational.ts';
import {
  controlSize,
  documentsSize,
  freeBeside,
  type StorePlaces,
  warehouseSize,
} from '../../warehouse/store-sizes.ts';
import { Count, NullableText } from './schemas.ts';

const QUERIES = readQueries(import.meta.url, 'stores.queries.sql', { last_load: [], quarantined_count: [] });

const Bytes = Type.Unsafe<bigint | null>({ type: ['integer', 'null'] });

const Store = exactly(
  {
    store: Type.Enum(['warehouse', 'control', 'documents', 'spool']),
    obstacle: { ...NullableText, description: 'Why it cannot be used now; null if it can, or if it was not tried.' },
    size_bytes: { ...Bytes, description: 'Its size; null where it is not known, as of a warehouse at BigQuery.' },
    free_bytes: { ...Bytes, description: 'The free space on its disk; null if it is not on this machine.' },
  },
  'A store.',
);

const StoresShape = exactly(
  {
    stores: Type.Array(Store),
    last_loaded_at: { ...NullableText, description: 'When events were loaded last.' },
    waiting: exactly(
      {
        spool_bytes: { ...Count, description: 'Events that were accepted and are not loaded yet.' },
        oldest_waiting_at: { ...NullableText, description: 'When the oldest of them was accepted.' },
        outbox_events: { ...Count, description: 'Our own events that are not sent yet.' },
        quarantined_events: { ...Count, description: 'Events that wait in the quarantine.' },
        quarantined_segments: { ...Count, description: 'Files of the spool that could not be read.' },
      },
      'What waits.',
    ),
    last_backup_at: {
      ...NullableText,
      description: 'Always null: backups are made outside Tantieme, which has no record of them.',
    },
  },
  'The stores, and what waits to be loaded.',
);

/** Sizes, free space and what waits: what an operator looks at. */
export const storeRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/stores',
    {
      config: { permission: 'stores:read' },
      schema: {
        ...{ operationId: 'getStores', tags: ['operations'] },
        summary: 'Whether each store can be used, its size and free space, and what waits to be loaded',
        response: { 200: StoresShape },
      },
    },
    async () => storesOf(services),
  );
};

async function storesOf(services: Services): Promise<Static<typeof StoresShape>> {
  const { operational, spool, storePlaces: places } = services;
  const [warehouse, control, spooled] = [
    await loadsOf(services),
    await probeOperational(operational),
    await spool.probe(),
  ];
  const { waiting_bytes, waiting_since_ms, quarantined_count, failure } = spool.state();
  const isUp = control === null;
  const store = async (
    name: keyof StorePlaces,
    obstacle: string | null,
    size: Promise<bigint | undefined> | bigint,
  ) => ({
    ...{ store: name, obstacle, size_bytes: (await size) ?? null },
    free_bytes: (await freeBeside(places?.[name])) ?? null,
  });
  const unknown = Promise.resolve(undefined);
  return {
    stores: [
      await store('warehouse', warehouse.obstacle, warehouseSize(places?.warehouse)),
      await store('control', control, isUp ? controlSize(operational) : unknown),
      await store('documents', null, isUp ? documentsSize(operational) : unknown),
      await store('spool', spooled ?? failure, BigInt(waiting_bytes)),
    ],
    last_loaded_at: warehouse.lastLoadedAt,
    waiting: {
      spool_bytes: BigInt(waiting_bytes),
      oldest_waiting_at: waiting_since_ms === null ? null : instant(waiting_since_ms),
      outbox_events: isUp ? await outboxCount(services) : 0n,
      quarantined_events: warehouse.quarantined,
      quarantined_segments: BigInt(quarantined_count),
    },
    last_backup_at: null,
  };
}

async function loadsOf({ warehouse }: Services) {
  try {
    const [load] = await warehouse.query<{ loaded_at: string | null }>(...QUERIES.last_load());
    const [found] = await warehouse.query<{ event_count: bigint }>(...QUERIES.quarantined_count());
    return { obstacle: null, lastLoadedAt: load?.loaded_at ?? null, quarantined: BigInt(found?.event_count ?? 0) };
  } catch (error) {
    return { obstacle: messageOf(error), lastLoadedAt: null, quarantined: 0n };
  }
}

async function outboxCount({ operational }: Services): Promise<bigint> {
  const { count } = await operational
    .selectFrom('outbox')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('sent_at', 'is', null)
    .executeTakeFirstOrThrow();
  return BigInt(count);
}
