import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { goInstant } from '../rudder/go-text.ts';
import { type MapInput, mapMessage } from '../rudder/map.ts';
import { cellsOf, MappingPlans, type RowCells } from '../rudder/plan.ts';
import { type ColumnType, coerce, discardedText } from '../rudder/types.ts';
import { COLUMNS_PER_TABLE, isBudgeted, NEW_COLUMNS_PER_EVENT, NEW_COLUMNS_PER_LOAD } from './budgets.ts';
import { discards } from './landing-tables.ts';
import { FREE_TEXTS, isRefusedColumn, rawTable, rudderType } from './raw-tables.ts';
import { ArrivalInstants } from './warehouse-time.ts';

/** The columns of a raw table, and its rows that are not written yet. */
interface TableBuffer {
  readonly columns: Map<string, ColumnType>;
  rows: ValueRow[];
  /** The memory that the rows take. */
  byte_count: number;
  /** Whether it has columns that the warehouse does not have yet. */
  hasNewColumns: boolean;
  /** Lists of columns that it has all of. */
  readonly complete: WeakSet<readonly string[]>;
}

/** Each insert costs the engine some milliseconds, however few rows it has. */
const ROWS_PER_INSERT = 2_000;

/** Rows that take this much memory are written, however few they are. Twice as much is in memory: more is mapped meanwhile. */
const BYTES_PER_FLUSH = 16 * 1024 * 1024;

/** What a value takes in memory apart from its text. */
const BYTES_PER_VALUE = 64;

const REFUSED_NAME = 'BigQuery does not allow a column of this name';
const NO_ROOM = `the table has ${COLUMNS_PER_TABLE} columns, or the load has added ${NEW_COLUMNS_PER_LOAD}`;

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
 * that BigQuery refuses, is discarded with the reason. Unlike RudderStack, it stores free text of the catalogue as it was sent.
 * Columns have budgets; see README.md. `add` and `take` only compute and `flush` only writes, so one batch can be written while
 * the next is mapped.
 */
export class RawRows {
  readonly #writer: WarehouseWriter;
  readonly #loadedAt: string;
  readonly #arrivals: ArrivalInstants;
  readonly #uuidTs: string;
  readonly #buffers: Map<string, TableBuffer>;
  readonly #plans = new MappingPlans();
  #discards: ValueRow[] = [];
  /** The memory that the buffered rows and discards take. */
  #byteCount = 0;
  #addedColumns = 0;

  private constructor(writer: WarehouseWriter, { buffers, loadedAt }: RawRowsState) {
    this.#writer = writer;
    this.#buffers = buffers;
    this.#loadedAt = loadedAt;
    this.#arrivals = new ArrivalInstants(loadedAt);
    this.#uuidTs = loadedAt.replace(/\.\d+Z$/, '.000Z');
  }

  /** `loadedAt` is the instant of the load. */
  static async open(writer: WarehouseWriter, loadedAt: string): Promise<RawRows> {
    const buffers = new Map<string, TableBuffer>();
    for (const [table, columns] of await writer.describe('raw')) {
      const types = columns.map(({ name, type }) => [name, rudderType(type) ?? 'string'] as const);
      buffers.set(table, newBuffer(new Map(types)));
    }
    return new RawRows(writer, { buffers, loadedAt });
  }

  /** Whether the buffered rows take so much memory that they must be taken now. */
  get isFull(): boolean {
    return this.#byteCount >= BYTES_PER_FLUSH;
  }

  /** Maps a message; returns the reason if RudderStack's mapping refuses it or it exceeds a budget, and then has buffered nothing. */
  add(input: MapInput): string | undefined {
    const rows = this.#plans.rowsOf(input) ?? mappedRows(input);
    const refusal = typeof rows === 'string' ? rows : this.#excess(rows, input);
    if (typeof rows === 'string' || refusal !== undefined) return refusal;
    const arrivedAt = this.#arrivals.next();
    for (const row of rows) {
      const buffer = this.#bufferOf(row.table);
      buffer.rows.push(this.#fit(asSent(row, input.message), { buffer, arrivedAt }));
    }
    return undefined;
  }

  /** Takes the buffered rows out of the buffers; rows of a table with only a few are left unless `all` is set or memory is short. */
  take({ all }: { all: boolean }): RawBatch {
    this.#addUsersColumns();
    const takesAll = all || this.isFull;
    const tables = [...this.#buffers].flatMap(([table, buffer]) => {
      const { rows } = buffer;
      if (rows.length < (takesAll ? 1 : ROWS_PER_INSERT)) return [];
      Object.assign(buffer, { rows: [], byte_count: 0 });
      return [{ table, buffer, rows }];
    });
    const batch = { tables, discards: this.#discards };
    this.#discards = [];
    this.#byteCount = 0;
    for (const { byte_count } of this.#buffers.values()) this.#byteCount += byte_count;
    return batch;
  }

  /** Records how far the instants of the rows reach; after the last event. */
  async finish(): Promise<void> {
    await this.#arrivals.keep(this.#writer);
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
    const buffer = newBuffer();
    this.#buffers.set(table, buffer);
    return buffer;
  }

  /** The budget that the rows of a message exceed, as a sentence; undefined if there is none. */
  #excess(rows: readonly RowCells[], { message }: MapInput): string | undefined {
    let added = 0;
    for (const { table, columns } of rows) {
      const buffer = this.#buffers.get(table);
      if (buffer?.complete.has(columns)) continue;
      const existing = buffer?.columns;
      let missing = 0;
      for (const column of columns)
        if (!existing?.has(column) && isBudgeted(column) && !isRefusedColumn(column)) missing++;
      if (missing > NEW_COLUMNS_PER_EVENT) {
        return `The event needs more than ${NEW_COLUMNS_PER_EVENT} new columns in one table.`;
      }
      // A declared event must land: what its context has no room for is discarded.
      if (message.type === 'track') continue;
      if (missing > 0 && (existing?.size ?? 0) + missing > COLUMNS_PER_TABLE) {
        return `The event needs new columns in the table ${table}, which has no room for them: a table has at most ${COLUMNS_PER_TABLE} columns.`;
      }
      added += missing;
    }
    if (added === 0 || this.#addedColumns + added <= NEW_COLUMNS_PER_LOAD) return undefined;
    return `The event needs new columns, of which one load adds at most ${NEW_COLUMNS_PER_LOAD}; replay it.`;
  }

  /** The values of a row, converted to the types of the table's columns; a new column gets the type of its first value. */
  #fit(row: RowCells, { buffer, arrivedAt }: { buffer: TableBuffer; arrivedAt: string }): ValueRow {
    const { columns, values, types } = row;
    const fitted: Record<string, JsonValue> = {};
    let byteCount = 0;
    let isComplete = true;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index] ?? '';
      if (column === 'uuid_ts' || column === 'loaded_at') continue;
      const value = values[index] ?? null;
      const incoming = types[index] ?? 'string';
      let existing = buffer.columns.get(column);
      if (existing === undefined) {
        const obstacle = this.#obstacle(column, buffer);
        if (obstacle !== undefined) {
          isComplete = false;
          if (value !== null) this.#discard(row, { column, discarded: discardedText(value), reason: obstacle });
          continue;
        }
        existing = this.#typeIn(buffer, column, incoming);
      }
      byteCount += BYTES_PER_VALUE;
      // The fast path for nearly every value.
      if (existing === incoming && typeof value === 'string') {
        fitted[column] = value;
        byteCount += value.length;
        continue;
      }
      const coerced = coerce(existing, incoming, value);
      if (!('stored' in coerced)) this.#discard(row, { column, ...coerced });
      else {
        fitted[column] = coerced.stored;
        if (typeof coerced.stored === 'string') byteCount += coerced.stored.length;
      }
    }
    // Set by the load, even if the event has properties with these names.
    for (const [column, at, ofLoad] of [
      ['uuid_ts', this.#uuidTs, this.#uuidTs],
      ['loaded_at', arrivedAt, this.#loadedAt],
    ] as const) {
      const type = this.#typeIn(buffer, column, types[columns.indexOf(column)] ?? 'datetime');
      fitted[column] = type === 'string' ? goInstant(ofLoad) : at;
    }
    if (isComplete) buffer.complete.add(columns);
    buffer.byte_count += byteCount;
    this.#byteCount += byteCount;
    return fitted as ValueRow;
  }

  /** Why a new column cannot be added to a table; undefined if it can. The same on every engine, for a warehouse can be moved. */
  #obstacle(column: string, { columns }: TableBuffer): string | undefined {
    if (isRefusedColumn(column)) return REFUSED_NAME;
    if (!isBudgeted(column)) return undefined;
    const hasRoom = columns.size < COLUMNS_PER_TABLE && this.#addedColumns < NEW_COLUMNS_PER_LOAD;
    return hasRoom ? undefined : NO_ROOM;
  }

  /** The type of a column; a new column gets the incoming type. */
  #typeIn(buffer: TableBuffer, column: string, incoming: ColumnType): ColumnType {
    const existing = buffer.columns.get(column);
    if (existing !== undefined) return existing;
    buffer.columns.set(column, incoming);
    buffer.hasNewColumns = true;
    this.#addedColumns++;
    return incoming;
  }

  /** RudderStack's table `users` has every column of `identifies` except `user_id`. */
  #addUsersColumns(): void {
    const [users, identifies] = [this.#buffers.get('users'), this.#buffers.get('identifies')];
    if (!users || !identifies) return;
    for (const [column, type] of identifies.columns) if (column !== 'user_id') this.#typeIn(users, column, type);
  }

  #discard({ table, columns, values }: RowCells, { column, discarded, reason }: Discarded): void {
    this.#byteCount += 8 * BYTES_PER_VALUE + discarded.length;
    this.#discards.push({
      table_name: table,
      row_id: String(values[columns.indexOf('id')]),
      column_name: column,
      column_value: discarded,
      received_at: String(values[columns.indexOf('received_at')]),
      uuid_ts: this.#uuidTs,
      reason,
      loaded_at: this.#loadedAt,
    });
  }
}

/** The rows of a message, or the reason why RudderStack's mapping refuses it. */
function mappedRows(input: MapInput): readonly RowCells[] | string {
  const { rows, failed } = mapMessage(input);
  return failed[0]?.error ?? rows.map(cellsOf);
}

/** The row with the free text of the event as it was sent: the mapping writes a title `1984-01-01` as an instant. */
function asSent(row: RowCells, { properties }: MapInput['message']): RowCells {
  const texts = FREE_TEXTS.get(row.table);
  if (texts === undefined || !isJsonObject(properties)) return row;
  const [values, types] = [[...row.values], [...row.types]];
  for (const column of texts) {
    const [text, index] = [properties[column], row.columns.indexOf(column)];
    if (typeof text !== 'string' || index === -1) continue;
    values[index] = text.toWellFormed();
    types[index] = 'string';
  }
  return { ...row, values, types };
}

function newBuffer(columns = new Map<string, ColumnType>()): TableBuffer {
  return { columns, rows: [], byte_count: 0, hasNewColumns: false, complete: new WeakSet() };
}

interface Discarded {
  readonly column: string;
  readonly discarded: string;
  readonly reason: string;
}
