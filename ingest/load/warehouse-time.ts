import { type Clock, instant } from '../../warehouse/clock.ts';
import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { LOAD_QUERIES } from './queries.ts';

export const lastInstant = defineTable({
  name: 'landing.last_instant',
  meaning: 'One row: the latest instant at which something was loaded or a period was closed.',
  fields: ['loaded_at'],
  key: ['loaded_at'],
});

/**
 * The instant of a load or a closing. It is later than all earlier ones, whatever the clock does, so it is certain which loads
 * a closing includes.
 */
export async function takeInstant(writer: WarehouseWriter, clock: Clock): Promise<string> {
  const [last] = await writer.query<{ loaded_at: string }>(...LOAD_QUERIES.last_instant());
  const loaded_at = instant(Math.max(clock.now(), last ? Date.parse(last.loaded_at) + 1 : 0));
  await writer.replaceRows(lastInstant, [{ loaded_at }]);
  return loaded_at;
}
