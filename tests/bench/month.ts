import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSegments } from '../../ingest/load/load-segments.ts';
import type { SegmentLoader } from '../../ingest/load/segment-loader.ts';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { openSpool } from '../../ingest/spool/open-spool.ts';
import { deploy } from '../../transforms/engine/deploy.ts';
import { instant, systemClock } from '../../warehouse/clock.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { marketplace } from '../support/marketplace/marketplace.ts';

export const PERIOD: Period = parsePeriod('2026-01');

/** A month of the synthetic marketplace as spool lines. */
export function monthOfReceipts(events: number): string[] {
  const acts = marketplace({ seed: 1, period: PERIOD, events }).acts;
  return acts
    .filter((act) => act.kind === 'event')
    .map((act) =>
      JSON.stringify({
        received_at: instant(act.at_ms),
        source_id: 'marketplace',
        request_ip: '127.0.0.1',
        message: {
          type: 'track',
          channel: 'server',
          event: act.event,
          messageId: act.message_id,
          userId: act.user_id,
          timestamp: instant(act.occurred_at_ms),
          context: { library: { name: 'analytics-node', version: '3.0.13' } },
          properties: act.properties,
        },
      }),
    );
}

/** Runs `work` with a temporary folder, which is deleted afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tantieme-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A warehouse with all tables, in a file of the folder. */
export async function freshWarehouse(folder: string): Promise<Warehouse> {
  const warehouse = await openDuckDb({ path: join(folder, 'warehouse.duckdb') });
  await deploy(warehouse, SOURCE_TABLES);
  return warehouse;
}

/** Loads the receipts; `time` measures only the loading itself. */
export async function loadReceipts(
  warehouse: Warehouse,
  {
    receipts,
    folder,
    time,
    segmentLoader,
  }: {
    receipts: readonly string[];
    folder: string;
    time: (work: () => Promise<unknown>) => Promise<number>;
    segmentLoader?: SegmentLoader;
  },
): Promise<number> {
  const spool = await openSpool({ folder: join(folder, 'spool') });
  for (let from = 0; from < receipts.length; from += 2_000) await spool.append(receipts.slice(from, from + 2_000));
  await spool.seal();
  const seconds = await time(() => loadSegments(warehouse, { spool, clock: systemClock, segmentLoader }));
  await spool.close();
  return seconds;
}
