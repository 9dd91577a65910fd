import type { JsonValue } from '../../warehouse/json.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { goInstant } from '../rudder/go-text.ts';
import { type MapInput, mapMessage, type Row } from '../rudder/map.ts';
import { type ColumnType, coerce, discardedText, typeOf } from '../rudder/types.ts';
import { discards } from './landing-tables.ts';
import { isReservedColumn, rawTable, rudderType } from './raw-tables.ts';

/** A raw table that is being filled: what columns it has, and the rows that wait. */
interface Filling {
  readonly columns: Map<string, ColumnType>;
  rows: ValueRow[];
  /** Whether columns came to it that the warehouse does not have yet. */
  grew: boolean;
}

/** Each insert costs the engine some milliseconds, however few rows it has. */
const ROWS_AT_ONCE = 2_000;

const NO_COLUMN = 'BigQuery keeps column names that begin so for itself';

interface Filled {
  readonly fillings: Map<string, Filling>;
  readonly loadedAt: string;
}

/** Rows on their way from the mapping into the tables. */
export interface RawPiece {
  readonly tables: readonly { readonly table: string; readonly filling: Filling; readonly rows: readonly ValueRow[] }[];
  readonly discards: readonly ValueRow[];
}

/**
 * Maps messages to rows of the raw tables and lays them in by the bulk, as RudderStack's BigQuery destination does at one
 * load: a column keeps the type that the warehouse has, else that of its first value; what does not fit, or would need a
 * column that BigQuery refuses, is discarded with the reason. `add` and `take` compute, `lay` writes, so that one piece can
 * be laid in while the next is mapped.
 */
export class RawRows {
  readonly #writer: WarehouseWriter;
  readonly #loadedAt: string;
  readonly #uuidTs: string;
  readonly #fillings: Map<string, Filling>;
  #discards: ValueRow[] = [];

  private constructor(writer: WarehouseWriter, { fillings, loadedAt }: Filled) {
    this.#writer = writer;
    this.#fillings = fillings;
    this.#loadedAt = loadedAt;
    this.#uuidTs = loadedAt.replace(/\.\d+Z$/, '.000Z');
  }

  /** `loadedAt` is the one instant of the load. */
  static async open(writer: WarehouseWriter, loadedAt: string): Promise<RawRows> {
    const fillings = new Map<string, Filling>();
    for (const [table, columns] of await writer.describe('raw')) {
      const types = columns.map(({ name, type }) => [name, rudderType(type) ?? 'string'] as const);
      fillings.set(table, { columns: new Map(types), rows: [], grew: false });
    }
    return new RawRows(writer, { fillings, loadedAt });
  }

  /** Takes a message; gives the reason where RudderStack refuses to map it. */
  add(input: MapInput): string | undefined {
    const { rows, failed } = mapMessage(input);
    for (const row of rows) {
      const filling = this.#fillingOf(row.table);
      filling.rows.push(this.#fit(row, filling));
    }
    return failed[0]?.error;
  }

  /** The rows that were added since the last time; those of a table that has only a few yet wait for more, unless `all` are wanted. */
  take({ all }: { all: boolean }): RawPiece {
    this.#growUsers();
    const tables = [...this.#fillings].flatMap(([table, filling]) => {
      const { rows } = filling;
      if (rows.length < (all ? 1 : ROWS_AT_ONCE)) return [];
      filling.rows = [];
      return [{ table, filling, rows }];
    });
    const piece = { tables, discards: this.#discards };
    this.#discards = [];
    return piece;
  }

  async flush({ tables, discards: discarded }: RawPiece): Promise<void> {
    for (const { table, filling, rows } of tables) {
      const shape = rawTable(table, Object.fromEntries(filling.columns));
      const { grew } = filling;
      // Before anything is awaited: the next piece may let it grow again meanwhile.
      filling.grew = false;
      if (grew) await this.#writer.migrate([shape]);
      await this.#writer.append(shape, rows);
    }
    await this.#writer.append(discards, discarded);
  }

  #fillingOf(table: string): Filling {
    const known = this.#fillings.get(table);
    if (known) return known;
    const filling = { columns: new Map<string, ColumnType>(), rows: [], grew: false };
    this.#fillings.set(table, filling);
    return filling;
  }

  /** The row's values as the table's columns take them; a new column takes the type of its first value. */
  #fit({ table, columns, data }: Row, filling: Filling): ValueRow {
    const fitted: Record<string, JsonValue> = {};
    for (const column in data) {
      if (column === 'uuid_ts' || column === 'loaded_at') continue;
      const value = data[column] ?? null;
      // Whatever the engine: books move from one to the other.
      if (column.startsWith('_') && isReservedColumn(column)) {
        if (value !== null) this.#discard({ table, column, data, discarded: discardedText(value), reason: NO_COLUMN });
        continue;
      }
      const incoming = columns[column] ?? typeOf(value);
      const existing = typeIn(filling, column, incoming);
      // Nearly every cell, and nothing to decide.
      if (existing === incoming && typeof value === 'string') {
        fitted[column] = value;
        continue;
      }
      const coerced = coerce(existing, incoming, value);
      if ('stored' in coerced) fitted[column] = coerced.stored;
      else this.#discard({ table, column, data, ...coerced });
    }
    // Whatever a property of their name said: they are of the load.
    for (const [column, at] of [
      ['uuid_ts', this.#uuidTs],
      ['loaded_at', this.#loadedAt],
    ] as const) {
      const type = typeIn(filling, column, columns[column] ?? 'datetime');
      fitted[column] = type === 'string' ? goInstant(at) : at;
    }
    return fitted as ValueRow;
  }

  /** RudderStack gives the table of users every column that identifies have, but the user's id. */
  #growUsers(): void {
    const [users, identifies] = [this.#fillings.get('users'), this.#fillings.get('identifies')];
    if (!users || !identifies) return;
    for (const [column, type] of identifies.columns) if (column !== 'user_id') typeIn(users, column, type);
  }

  #discard({ table, column, data, discarded, reason }: Discarded): void {
    this.#discards.push({
      table_name: table,
      row_id: String(data.id),
      column_name: column,
      column_value: discarded,
      received_at: String(data.received_at),
      uuid_ts: this.#uuidTs,
      reason,
      loaded_at: this.#loadedAt,
    });
  }
}

/** The type of a column; one that is new takes the type that asks for it. */
function typeIn(filling: Filling, column: string, incoming: ColumnType): ColumnType {
  const existing = filling.columns.get(column);
  if (existing !== undefined) return existing;
  filling.columns.set(column, incoming);
  filling.grew = true;
  return incoming;
}

interface Discarded extends Pick<Row, 'table' | 'data'> {
  readonly column: string;
  readonly discarded: string;
  readonly reason: string;
}
