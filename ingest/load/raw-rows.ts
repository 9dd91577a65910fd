import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { goInstant } from '../rudder/go-text.ts';
import { type MapInput, mapMessage, type Row } from '../rudder/map.ts';
import { type ColumnType, coerce, discardedText, typeOf } from '../rudder/types.ts';
import { discards } from './landing-tables.ts';
import { FREE_TEXTS, isReservedColumn, rawTable, rudderType } from './raw-tables.ts';

/** The columns of a raw table, and its rows that are not written yet. */
interface TableBuffer {
  readonly columns: Map<string, ColumnType>;
  rows: ValueRow[];
  /** Whether it has columns that the warehouse does not have yet. */
  hasNewColumns: boolean;
}

/** Each insert costs the engine some milliseconds, however few rows it has. */
const ROWS_PER_INSERT = 2_000;

const RESERVED_NAME = 'BigQuery reserves column names with this prefix';

interface RawRowsState {
  readonly buffers: Map<string, TableBuffer>;
  readonly loadedAt: string;
}

/** Mapped rows to be written. */
export interface RawBatch {
  readonly tables: readonly {
    readonly table: string;
    readonly buffer: TableBuffer;
    readonly rows: readonly ValueRow[];
  }[];
  readonly discards: readonly ValueRow[];
}

/**
 * Maps messages to rows of the raw tables and writes them in bulk, like RudderStack's BigQuery destination in one load: a
 * column keeps the type that the warehouse has, or gets that of its first value; a value that does not fit, or needs a column
 * that BigQuery refuses, is discarded with the reason. Unlike RudderStack, it stores free text of the catalogue as it was sent. `add` and `take` only compute and `flush` only writes, so one batch can
 * be written while the next is mapped.
 */
export class RawRows {
  readonly #writer: WarehouseWriter;
  readonly #loadedAt: string;
  readonly #uuidTs: string;
  readonly #buffers: Map<string, TableBuffer>;
  #discards: ValueRow[] = [];

  private constructor(writer: WarehouseWriter, { buffers, loadedAt }: RawRowsState) {
    this.#writer = writer;
    this.#buffers = buffers;
    this.#loadedAt = loadedAt;
    this.#uuidTs = loadedAt.replace(/\.\d+Z$/, '.000Z');
  }

  /** `loadedAt` is the instant of the load. */
  static async open(writer: WarehouseWriter, loadedAt: string): Promise<RawRows> {
    const buffers = new Map<string, TableBuffer>();
    for (const [table, columns] of await writer.describe('raw')) {
      const types = columns.map(({ name, type }) => [name, rudderType(type) ?? 'string'] as const);
      buffers.set(table, { columns: new Map(types), rows: [], hasNewColumns: false });
    }
    return new RawRows(writer, { buffers, loadedAt });
  }

  /** Maps a message; returns the reason if RudderStack's mapping refuses it. */
  add(input: MapInput): string | undefined {
    const { rows, failed } = mapMessage(input);
    for (const row of rows) {
      const buffer = this.#bufferOf(row.table);
      buffer.rows.push(this.#fit(asSent(row, input.message), buffer));
    }
    return failed[0]?.error;
  }

  /** Takes the buffered rows out of the buffers; rows of a table with only a few are left unless `all` is set. */
  take({ all }: { all: boolean }): RawBatch {
    this.#addUsersColumns();
    const tables = [...this.#buffers].flatMap(([table, buffer]) => {
      const { rows } = buffer;
      if (rows.length < (all ? 1 : ROWS_PER_INSERT)) return [];
      buffer.rows = [];
      return [{ table, buffer, rows }];
    });
    const batch = { tables, discards: this.#discards };
    this.#discards = [];
    return batch;
  }

  async flush({ tables, discards: discarded }: RawBatch): Promise<void> {
    for (const { table, buffer, rows } of tables) {
      const shape = rawTable(table, Object.fromEntries(buffer.columns));
      const { hasNewColumns } = buffer;
      // Reset before the first await: the next batch may add columns in the meantime.
      buffer.hasNewColumns = false;
      if (hasNewColumns) await this.#writer.migrate([shape]);
      await this.#writer.append(shape, rows);
    }
    await this.#writer.append(discards, discarded);
  }

  #bufferOf(table: string): TableBuffer {
    const existing = this.#buffers.get(table);
    if (existing) return existing;
    const buffer = { columns: new Map<string, ColumnType>(), rows: [], hasNewColumns: false };
    this.#buffers.set(table, buffer);
    return buffer;
  }

  /** The values of a row, converted to the types of the table's columns; a new column gets the type of its first value. */
  #fit({ table, columns, data }: Row, buffer: TableBuffer): ValueRow {
    const fitted: Record<string, JsonValue> = {};
    for (const column in data) {
      if (column === 'uuid_ts' || column === 'loaded_at') continue;
      const value = data[column] ?? null;
      // On every engine, since a warehouse can be moved from one to the other.
      if (column.startsWith('_') && isReservedColumn(column)) {
        if (value !== null)
          this.#discard({ table, column, data, discarded: discardedText(value), reason: RESERVED_NAME });
        continue;
      }
      const incoming = columns[column] ?? typeOf(value);
      const existing = typeIn(buffer, column, incoming);
      // The fast path for nearly every value.
      if (existing === incoming && typeof value === 'string') {
        fitted[column] = value;
        continue;
      }
      const coerced = coerce(existing, incoming, value);
      if ('stored' in coerced) fitted[column] = coerced.stored;
      else this.#discard({ table, column, data, ...coerced });
    }
    // Set by the load, even if the event has properties with these names.
    for (const [column, at] of [
      ['uuid_ts', this.#uuidTs],
      ['loaded_at', this.#loadedAt],
    ] as const) {
      const type = typeIn(buffer, column, columns[column] ?? 'datetime');
      fitted[column] = type === 'string' ? goInstant(at) : at;
    }
    return fitted as ValueRow;
  }

  /** RudderStack's table `users` has every column of `identifies` except `user_id`. */
  #addUsersColumns(): void {
    const [users, identifies] = [this.#buffers.get('users'), this.#buffers.get('identifies')];
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

/** The row with the free text of the event as it was sent: the mapping writes a title `1984-01-01` as an instant. */
function asSent(row: Row, { properties }: MapInput['message']): Row {
  const texts = FREE_TEXTS.get(row.table) ?? [];
  if (texts.length === 0 || !isJsonObject(properties)) return row;
  const sent = texts.flatMap((column) => {
    const text = properties[column];
    return typeof text === 'string' && text !== row.data[column] ? [[column, text.toWellFormed()] as const] : [];
  });
  if (sent.length === 0) return row;
  const types = sent.map(([column]) => [column, 'string'] as const);
  return {
    ...row,
    columns: { ...row.columns, ...Object.fromEntries(types) },
    data: { ...row.data, ...Object.fromEntries(sent) },
  };
}

/** The type of a column; a new column gets the incoming type. */
function typeIn(buffer: TableBuffer, column: string, incoming: ColumnType): ColumnType {
  const existing = buffer.columns.get(column);
  if (existing !== undefined) return existing;
  buffer.columns.set(column, incoming);
  buffer.hasNewColumns = true;
  return incoming;
}

interface Discarded extends Pick<Row, 'table' | 'data'> {
  readonly column: string;
  readonly discarded: string;
  readonly reason: string;
}
