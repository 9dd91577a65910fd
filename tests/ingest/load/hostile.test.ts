import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COLUMNS_PER_TABLE } from '../../../ingest/load/budgets.ts';
import { LANDING_TABLES } from '../../../ingest/load/landing-tables.ts';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import { openSpool } from '../../../ingest/spool/open-spool.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { seeded } from '../../support/marketplace/prng.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { hostileLine } from './hostile.ts';
import { clock, signUp } from './loading.ts';
import { receiptLine } from './receipts.ts';

const SEED = Number(process.env.HOSTILE_SEED ?? 20_260_201);
const EVENTS = Number(process.env.HOSTILE_EVENTS ?? (FULL_RUN ? 20_000 : 1_600));
const EVENTS_PER_LOAD = FULL_RUN ? 5_000 : 800;

/** The engine's limit, and as much again for the process: a load takes no more, whatever arrives. */
const MEMORY_BYTES = 4 * 1024 ** 3;

/** What an SDK in a browser adds to each event. */
const CONTEXT = {
  library: { name: 'RudderLabs JavaScript SDK', version: '3.0.0' },
  app: { name: 'RudderLabs JavaScript SDK', version: '3.0.0', namespace: 'com.rudderlabs.javascript' },
  page: {
    path: '/',
    referrer: '',
    search: '',
    title: 'Gallery',
    url: 'https://example.com/',
    initial_referrer: '$direct',
  },
  screen: { density: 2, width: 1920, height: 1080, innerWidth: 1900, innerHeight: 900 },
  userAgent: 'Mozilla/5.0',
  locale: 'de-DE',
  timezone: 'GMT+0100',
  traits: { plan: 'pro' },
};

test(`After hostile events, honest ones land (seed ${SEED})`, async () => {
  await using folder = await temporaryFolder();
  const warehouse = await openDuckDb({ path: join(folder.path, 'warehouse.duckdb') });
  await warehouse.transaction((writer) => writer.migrate([...LANDING_TABLES, ...RAW_TABLES]));
  const spool = await openSpool({ folder: join(folder.path, 'spool') });
  const load = () => loadSegments(warehouse, { spool, clock });
  const random = seeded(SEED);

  let accepted = 0;
  for (let nth = 0; nth < EVENTS; nth += EVENTS_PER_LOAD) {
    await spool.append(Array.from({ length: EVENTS_PER_LOAD }, (_, index) => hostileLine(nth + index, random)));
    const counts = await load();
    accepted += counts.accepted;
    expect(counts.landed + counts.duplicates + counts.quarantined).toBe(counts.accepted);
    expect([counts.landed > 0, counts.quarantined > 0]).toEqual([true, true]);
  }
  expect(accepted).toBe(EVENTS);
  const outcomes = `select count(distinct message_id) as events from landing.messages where message_id like 'hostile%'`;
  expect(await warehouse.query(outcomes)).toEqual([{ events: BigInt(EVENTS) }]);

  const honest = Array.from({ length: 50 }, (_, nth) => signUp(nth, { context: CONTEXT }));
  const others = ['page', 'screen', 'identify', 'group', 'alias'].map((type) => ({
    type,
    messageId: `honest_${type}`,
    userId: 'cr_1',
    groupId: 'g_1',
    previousId: 'anonymous',
    name: 'Gallery',
    context: { library: CONTEXT.library },
  }));
  await spool.append([...honest, ...others].map((message) => receiptLine(message)));
  expect(await load()).toEqual({ accepted: 55, landed: 55, duplicates: 0, quarantined: 0 });
  expect(
    await warehouse.query(
      `select count(*) as events from raw.creator_signed_up where creator_id = 'cr_' || split_part(creator_name, ' ', 2) and user_id = creator_id`,
    ),
  ).toEqual([{ events: 50n }]);

  const tables = await warehouse.withRollback((writer) => writer.describe('raw'));
  const widest = Math.max(...[...tables.values()].map((columns) => columns.length));
  // Full, but for the columns that RudderStack itself fills.
  expect(widest).toBeGreaterThanOrEqual(COLUMNS_PER_TABLE);
  expect(widest).toBeLessThan(COLUMNS_PER_TABLE + 30);
  expect([...tables.keys()].filter((name) => name.includes('such'))).toEqual([]);
  expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(MEMORY_BYTES);
  await spool.close();
  await warehouse.close();
});
