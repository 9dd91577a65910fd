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

/**
 * The instants of the events of a load, from that of the load on: each is later than the one before, so that the order in which the
 * events arrived follows from their rows. None is a whole millisecond, so that as texts too they are in order.
 */
export class ArrivalInstants {
  readonly #startMs: number;
  #count = 0;
  /** The millisecond of the last one, and its text up to the milliseconds. */
  #ms = Number.NaN;
  #text = '';

  constructor(loadedAt: string) {
    this.#startMs = Date.parse(loadedAt);
  }

  next(): string {
    const micros = (this.#count % 999) + 1;
    const ms = this.#startMs + Math.floor(this.#count / 999);
    if (ms !== this.#ms) this.#text = instant(ms).slice(0, -1);
    this.#ms = ms;
    this.#count++;
    return `${this.#text}${String(micros).padStart(3, '0')}Z`;
  }

  /** Records that the load has used them, if they reach beyond the millisecond of the load, which is recorded already. */
  async keep(writer: Pick<WarehouseWriter, 'replaceRows'>): Promise<void> {
    if (this.#ms > this.#startMs) await writer.replaceRows(lastInstant, [{ loaded_at: instant(this.#ms) }]);
  }
}
