import { creatorSignedUp } from '../../../ingest/events/creators.ts';
import { LANDING_TABLES } from '../../../ingest/load/landing-tables.ts';
import { type LoadCounts, type LoadOptions, loadSegments } from '../../../ingest/load/load-segments.ts';
import { RAW_TABLES } from '../../../ingest/load/raw-tables.ts';
import type { Segment } from '../../../ingest/spool/segment.ts';
import type { Spool } from '../../../ingest/spool/spool.ts';
import { createTable } from '../../../warehouse/duckdb/ddl.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { ValueRow, Warehouse } from '../../../warehouse/warehouse.ts';
import { catalogueEvent, type Message, rawWarehouse, receiptLine, temporarySpool } from './receipts.ts';

/** The clock stands still at the first half second of February. */
export const clock = { now: () => Date.parse('2026-02-01T00:00:00.500Z') };

/** A sign-up event; `change` replaces parts of the message. */
export function signUp(number: number, change: Message = {}): Message {
  const properties = { creator_id: `cr_${number}`, creator_name: `Creator ${number}`, country: 'DE' };
  return { ...catalogueEvent(creatorSignedUp, '2026-01-10T12:00:00.000Z', properties), ...change };
}

/** The same, with an event name that is not in the catalogue. */
export function broken(number: number): Message {
  return { ...signUp(number), event: 'Creator Vanished' };
}

/** The raw tables of these events; others are created when needed. */
const FILLED = RAW_TABLES.filter(({ name }) =>
  ['raw.tracks', 'raw.creator_signed_up', 'raw.license_purchased'].includes(name),
);

/** Makes the engine refuse sign-ups for which a condition does not hold, as it might refuse what nobody has foreseen. */
export async function refuse({ warehouse }: Loading, condition: string): Promise<void> {
  const table = requirePresent(
    FILLED.find(({ name }) => name === 'raw.creator_signed_up'),
    'There is no table.',
  );
  await warehouse.transaction((writer) =>
    writer.query(`${createTable(table, { replaces: true }).slice(0, -1)}, check (${condition}))`),
  );
}

/** A loader with an empty spool and an empty warehouse. */
export class Loading implements AsyncDisposable {
  readonly warehouse: Warehouse;
  readonly spool: Spool;
  readonly #close: () => Promise<void>;

  private constructor(warehouse: Warehouse, { spool, close }: { spool: Spool; close: () => Promise<void> }) {
    this.warehouse = warehouse;
    this.spool = spool;
    this.#close = close;
  }

  static async open(): Promise<Loading> {
    const opened = await temporarySpool();
    const close = async (): Promise<void> => opened[Symbol.asyncDispose]();
    return new Loading(await rawWarehouse([...LANDING_TABLES, ...FILLED]), { spool: opened.spool, close });
  }

  load(options: Partial<LoadOptions> = {}): Promise<LoadCounts> {
    return loadSegments(this.warehouse, { spool: this.spool, clock, ...options });
  }

  async send(...messages: readonly Message[]): Promise<void> {
    await this.spool.append(messages.map((message) => receiptLine(message)));
  }

  rows(sql: string): Promise<ValueRow[]> {
    return this.warehouse.query(sql);
  }

  /** The creators in the raw table. */
  async creators(): Promise<unknown[]> {
    const rows = await this.rows('select creator_id from raw.creator_signed_up order by creator_id');
    return rows.map(({ creator_id }) => creator_id);
  }

  /** Seals the spool and returns its only segment. */
  async sealed(): Promise<Segment> {
    await this.spool.seal();
    return requirePresent((await this.spool.segments())[0], 'Nothing was sealed.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.warehouse.close();
  }
}
