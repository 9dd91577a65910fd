import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from './small-month.ts';

let closed: Promise<string> | undefined;
let opened = 0;

/** A warehouse of its own with the events of JANUARY, closed at 2026-02-02T08:00:00Z: a copy of one that is closed once in a process. */
export async function openClosedJanuary(): Promise<Warehouse> {
  closed ??= closeOnce();
  const original = await closed;
  const path = `${original}.${++opened}`;
  copyFileSync(original, path);
  const warehouse = await openDuckDb({ path });
  const close = warehouse.close.bind(warehouse);
  return Object.assign(warehouse, {
    close: async () => {
      await close();
      rmSync(path, { force: true });
    },
  });
}

async function closeOnce(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tantieme-january-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'january.duckdb');
  const warehouse = await openTestWarehouse(await openDuckDb({ path }));
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', JANUARY);
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await warehouse.close();
  return path;
}
