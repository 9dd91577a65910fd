import { instant } from '../../warehouse/clock.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Longer than any sender tries again; files and segments are known by themselves, whenever they come again. */
const BILLED_WINDOW_MS = 7 * DAY_MS;

/**
 * How far back an event is looked for by its id. Ever, where that costs nothing. Where reading is billed, each load would
 * read all ids that ever came, so it is a week: what comes again later has a second row in the raw tables, of which staging
 * takes one, by what it is about.
 */
export function knownSince({ engine, loadedAt }: Pick<Warehouse, 'engine'> & { readonly loadedAt: string }): string {
  return instant(engine === 'bigquery' ? Date.parse(loadedAt) - BILLED_WINDOW_MS : 0);
}
