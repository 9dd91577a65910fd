import { DAY_MS, instant } from '../../warehouse/clock.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/** Longer than any sender retries; files and segments are recognised by their own ids without a limit. */
const BILLED_WINDOW_MS = 7 * DAY_MS;

/**
 * From when on message ids are searched for duplicates: without a limit where reading is free; one week where it is billed,
 * since each load would otherwise read all ids. A later duplicate has a second row in the raw tables, and models take only
 * one row per entity.
 */
export function knownSince({ engine, loadedAt }: Pick<Warehouse, 'engine'> & { readonly loadedAt: string }): string {
  return instant(engine === 'bigquery' ? Date.parse(loadedAt) - BILLED_WINDOW_MS : 0);
}
