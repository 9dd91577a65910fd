import type { FilledColumns } from '../../warehouse/filled-columns.ts';
import { stageColumns } from '../../warehouse/stage-rows.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { goInstant } from '../rudder/go-text.ts';
import { type MapInput, mapMessage } from '../rudder/map.ts';
import { cellsOf, MappingPlans, type Members, type PlannedRows, type RowCells, rowOf } from '../rudder/plan.ts';
import { type ColumnType, discardedText } from '../rudder/types.ts';
import { COLUMNS_PER_TABLE, isBudgeted, NEW_COLUMNS_PER_EVENT, NEW_COLUMNS_PER_LOAD } from './budgets.ts';
import { asSent, sentText } from './free-texts.ts';
import { discards } from './landing-tables.ts';
import type { LoadWriter } from './load-writer.ts';
import { isRefusedColumn, rawTable, rudderType } from './raw-tables.ts';
import { type BufferedColumn, TableBuffer } from './table-buffer.ts';
import { OF_LOAD, type Target, targetOf } from './target.ts';
import { ArrivalInstants } from './warehouse-time.ts';

/** Each insert costs the engine some milliseconds, however few rows it has. */
const ROWS_PER_INSERT = 2_000;

/** Rows that take this much memory are written. Twice as much is in memory: more is mapped meanwhile. */
const BYTES_PER_FLUSH = 16 * 1024 * 1024;

/** What a value of a discarded row takes in memory apart from its text. */
const BYTES_PER_VALUE = 32;

const REFUSED_NAME = 'BigQuery does not allow a column of this name';
const NO_ROOM = `the table has ${COLUMNS_PER_TABLE} columns, or the load has added ${NEW_COLUMNS_PER_LOAD}`;

export interface RawRowsOptions {
  /** The instant of this load. */
  readonly loadedAt: string;
  readonly engine: Warehouse['engine'];
  /** For files of rows; by default that of the system. */
  readonly folder?: string;
}

/** Mapped rows to be written. */
export interface RawBatch {
  readonly tables: readonly {
    readonly table: string;
    readonly buffer: TableBuffer;
    readonly rows: FilledColumns;
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
  readonly #writer: LoadWriter;
  readonly #options: RawRowsOptions;
  readonly #arrivals: ArrivalInstants;
  readonly #uuidTs: string;
  readonly #buffers: Map<string, TableBuffer>;
  readonly #plans = new MappingPlans();
  readonly #targets = new WeakMap<PlannedRows['tables'], readonly Target[]>();
  #discards: ValueRow[] = [];
  /** The memory that the buffered rows and discards take. */
  #byteCount = 0;
  #discardedBytes = 0;
  #addedColumns = 0;

  private constructor(
    writer: LoadWriter,
    { buffers, ...options }: RawRowsOptions & { buffers: Map<string, TableBuffer> },
  ) {
    this.#writer = writer;
    this.#buffers = buffers;
    this.#options = options;
    this.#arrivals = new ArrivalInstants(options.loadedAt);
    this.#uuidTs = options.loadedAt.replace(/\.\d+Z$/, '.000Z');
  }

  static async open(writer: LoadWriter, options: RawRowsOptions): Promise<RawRows> {
    const buffers = new Map<string, TableBuffer>();
    for (const [table, columns] of await writer.describe('raw')) {
      const buffer = new TableBuffer();
      for (const { name, type } of columns) buffer.addColumn(name, rudderType(type) ?? 'string');
      buffers.set(table, buffer);
    }
    return new RawRows(writer, { ...options, buffers });
  }

  /** Whether the buffered rows take so much memory that they must be taken now. */
  get isFull(): boolean {
    return this.#byteCount >= BYTES_PER_FLUSH;
  }

  /** Maps a message; returns the reason if RudderStack's mapping refuses it or it exceeds a budget, and then has buffered nothing. */
  add(input: MapInput): string | undefined {
    const planned = this.#plans.planOf(input);
    const targets = planned && this.#targetsOf(planned);
    if (targets) {
      const arrivedAt = this.#arrivals.next();
      for (const target of targets) this.#addPlanned(target, { members: planned.members, input, arrivedAt });
      return undefined;
    }
    const rows = planned ? planned.tables.map((table) => rowOf(table, planned.members)) : mappedRows(input);
    const refusal = typeof rows === 'string' ? rows : this.#excess(rows);
    if (typeof rows === 'string' || refusal !== undefined) return refusal;
    const arrivedAt = this.#arrivals.next();
    for (const row of rows) this.#addRow(asSent(row, input.message), arrivedAt);
    return undefined;
  }

  /** Takes the buffered rows out of the buffers: of all tables, or only of those that have many, or much of what is in memory. */
  take({ all }: { all: boolean }): RawBatch {
    this.#addUsersColumns();
    // Those that have at least half of the average have at least half of all.
    const many = this.isFull ? this.#byteCount / this.#buffers.size / 2 : Number.POSITIVE_INFINITY;
    const tables = [...this.#buffers].flatMap(([table, buffer]) => {
      const isTaken = all ? buffer.rowCount > 0 : buffer.rowCount >= ROWS_PER_INSERT || buffer.byteCount >= many;
      if (!isTaken) return [];
      this.#byteCount -= buffer.byteCount;
      return [{ table, buffer, rows: buffer.take() }];
    });
    const batch = { tables, discards: this.#discards };
    this.#discards = [];
    this.#byteCount -= this.#discardedBytes;
    this.#discardedBytes = 0;
    return batch;
  }

  /** Records how far the instants of the rows reach; after the last event. */
  async finish(): Promise<void> {
    await this.#arrivals.keep(this.#writer);
  }

  async flush({ tables, discards: discarded }: RawBatch): Promise<void> {
    const { engine, folder } = this.#options;
    for (const { table, buffer, rows } of tables) {
      const shape = rawTable(table, buffer.types());
      const { hasNewColumns } = buffer;
      // Reset before the first await: the next batch may add columns in the meantime.
      buffer.hasNewColumns = false;
      if (hasNewColumns) await this.#writer.migrate([shape]);
      await this.#writer.appendStaged(shape, await stageColumns(rows, { engine, folder }));
    }
    await this.#writer.append(discards, discarded);
  }

  #bufferOf(table: string): TableBuffer {
    const existing = this.#buffers.get(table);
    if (existing) return existing;
    const buffer = new TableBuffer();
    this.#buffers.set(table, buffer);
    return buffer;
  }

  /** Why the rows of a message cannot be added; undefined if they can. */
  #excess(rows: readonly RowCells[]): string | undefined {
    for (const { table, columns } of rows) {
      const buffer = this.#buffers.get(table);
      if (buffer?.complete.has(columns)) continue;
      let missing = 0;
      for (const name of columns)
        if (!buffer?.columns.has(name) && isBudgeted(name) && !isRefusedColumn(name)) missing++;
      if (missing > NEW_COLUMNS_PER_EVENT) {
        return `The event needs more than ${NEW_COLUMNS_PER_EVENT} new columns in one table.`;
      }
    }
    return undefined;
  }

  /** Where the values of messages of a shape go; undefined until each of their columns has been looked up once. */
  #targetsOf({ tables }: PlannedRows): readonly Target[] | undefined {
    const known = this.#targets.get(tables);
    if (known) return known;
    if (!tables.every(({ table, columns }) => this.#buffers.get(table)?.complete.has(columns))) return undefined;
    const targets = tables.map((planned) => targetOf(planned, this.#bufferOf(planned.table)));
    this.#targets.set(tables, targets);
    return targets;
  }

  /** Adds a row like `#addRow`, without looking up its columns. */
  #addPlanned(
    { planned, buffer, cells }: Target,
    { members, input, arrivedAt }: { members: Members; input: MapInput; arrivedAt: string },
  ): void {
    const before = buffer.byteCount;
    buffer.addRow();
    for (const { cell, name, column, isFreeText } of cells) {
      const mapped =
        typeof cell === 'number'
          ? { value: members.values[cell] ?? null, type: members.types[cell] ?? 'string' }
          : cell;
      const discarded = buffer.put(column, (isFreeText ? sentText(input.message, name) : undefined) ?? mapped);
      if (discarded) this.#discard(rowOf(planned, members), { column: name, ...discarded });
    }
    this.#addOfLoad(buffer, { arrivedAt });
    this.#byteCount += buffer.byteCount - before;
  }

  /** Adds a row, converted to the types of the table's columns; a new column gets the type of its first value. */
  #addRow(row: RowCells, arrivedAt: string): void {
    const { columns, values, types } = row;
    const buffer = this.#bufferOf(row.table);
    const before = buffer.byteCount;
    let isComplete = true;
    buffer.addRow();
    for (const [index, name] of columns.entries()) {
      if (OF_LOAD.has(name)) continue;
      const cell = { value: values[index] ?? null, type: types[index] ?? 'string' };
      const obstacle = buffer.columns.has(name) ? undefined : this.#obstacle(name, buffer);
      const discarded =
        obstacle === undefined
          ? buffer.put(this.#columnIn(buffer, name, cell.type), cell)
          : cell.value !== null && { discarded: discardedText(cell.value), reason: obstacle };
      if (discarded) this.#discard(row, { column: name, ...discarded });
      if (obstacle !== undefined) isComplete = false;
    }
    this.#addOfLoad(buffer, { arrivedAt, row });
    if (isComplete) buffer.complete.add(columns);
    this.#byteCount += buffer.byteCount - before;
  }

  /** Sets what is set by the load, even if the event has properties with these names. */
  #addOfLoad(buffer: TableBuffer, { arrivedAt, row }: { arrivedAt: string; row?: RowCells }): void {
    for (const [name, at, ofLoad] of [
      ['uuid_ts', this.#uuidTs, this.#uuidTs],
      ['loaded_at', arrivedAt, this.#options.loadedAt],
    ] as const) {
      // Like RudderStack, a new column is a text if the property of its name is one; no other type could hold an instant.
      const isText = row?.types[row.columns.indexOf(name)] === 'string';
      const column = buffer.columns.get(name) ?? this.#columnIn(buffer, name, isText ? 'string' : 'datetime');
      buffer.put(column, { value: column.type === 'string' ? goInstant(ofLoad) : at, type: column.type });
    }
  }

  /** Why a new column cannot be added to a table; undefined if it can. The same on every engine, for a warehouse can be moved. */
  #obstacle(column: string, { columns }: TableBuffer): string | undefined {
    if (isRefusedColumn(column)) return REFUSED_NAME;
    if (!isBudgeted(column)) return undefined;
    const hasRoom = columns.size < COLUMNS_PER_TABLE && this.#addedColumns < NEW_COLUMNS_PER_LOAD;
    return hasRoom ? undefined : NO_ROOM;
  }

  /** A column; a new one gets the incoming type. */
  #columnIn(buffer: TableBuffer, name: string, incoming: ColumnType): BufferedColumn {
    const existing = buffer.columns.get(name);
    if (existing !== undefined) return existing;
    buffer.hasNewColumns = true;
    this.#addedColumns++;
    return buffer.addColumn(name, incoming);
  }

  /** RudderStack's table `users` has every column of `identifies` except `user_id`. */
  #addUsersColumns(): void {
    const [users, identifies] = [this.#buffers.get('users'), this.#buffers.get('identifies')];
    if (!users || !identifies) return;
    for (const [name, { type }] of identifies.columns) if (name !== 'user_id') this.#columnIn(users, name, type);
  }

  #discard({ table, columns, values }: RowCells, { column, discarded, reason }: Discarded): void {
    const bytes = 8 * BYTES_PER_VALUE + discarded.length;
    this.#discardedBytes += bytes;
    this.#byteCount += bytes;
    this.#discards.push({
      table_name: table,
      row_id: String(values[columns.indexOf('id')]),
      column_name: column,
      column_value: discarded,
      received_at: String(values[columns.indexOf('received_at')]),
      uuid_ts: this.#uuidTs,
      reason,
      loaded_at: this.#options.loadedAt,
    });
  }
}

/** The rows of a message, or the reason why RudderStack's mapping refuses it. */
function mappedRows(input: MapInput): readonly RowCells[] | string {
  const { rows, failed } = mapMessage(input);
  return failed[0]?.error ?? rows.map(cellsOf);
}

interface Discarded {
  readonly column: string;
  readonly discarded: string;
  readonly reason: string;
}
