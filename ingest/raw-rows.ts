import type { JsonValue } from '../warehouse/json.ts';
import type { TableShape } from '../warehouse/tables.ts';
import type { ValueRow, WarehouseWriter } from '../warehouse/warehouse.ts';
import { rawTable, rudderType } from './raw-tables.ts';
import { mapMessage, type Row } from './rudder/map.ts';
import { type Receipt, receive } from './rudder/receive.ts';
import { type ColumnType, coerce, typeOf } from './rudder/types.ts';
import { timeViolation, type Violation } from './violations.ts';

/** A raw table that is being filled: what columns it has, and the rows that wait. */
interface Filling {
  readonly columns: Map<string, ColumnType>;
  rows: ValueRow[];
  /** Whether columns came to it that the warehouse does not have yet. */
  grew: boolean;
}

/** Maps receipts to rows of the raw tables, as RudderStack's BigQuery destination does, and lays them in by the bulk. */
export class RawRows {
  readonly #writer: WarehouseWriter;
  readonly #loadedAt: string;
  readonly #uuidTs: string;
  readonly #fillings = new Map<string, Filling>();
  #mapped: { row: Row; receivedAt: string }[] = [];
  #discards: ValueRow[] = [];

  constructor(writer: WarehouseWriter, loadedAt: string) {
    this.#writer = writer;
    this.#loadedAt = loadedAt;
    this.#uuidTs = loadedAt.replace(/\.\d+Z$/, '.000Z');
  }

  /** Takes a receipt; gives the reason where RudderStack would refuse to map it. */
  add(receipt: Receipt): Violation | undefined {
    const message = receive(receipt);
    const impossible = timeViolation({ timestamp: String(message.timestamp), receivedAt: String(message.receivedAt) });
    if (impossible) return impossible;
    const { rows, failed } = mapMessage({
      message,
      metadata: { sourceId: receipt.source_id, receivedAt: receipt.received_at },
    });
    if (failed[0]) return { violation: 'Unknown-Violation', path: '', reason: failed[0].error };
    for (const row of rows) this.#mapped.push({ row, receivedAt: receipt.received_at });
    return undefined;
  }

  /** Lays in what was added since the last time. */
  async flush(): Promise<void> {
    for (const { row, receivedAt } of this.#mapped) {
      const filling = this.#fillings.get(row.table) ?? (await this.#open(row.table));
      filling.rows.push(this.#fit(row, { filling, receivedAt }));
    }
    this.#mapped = [];
    for (const [table, filling] of this.#fillings) {
      if (filling.rows.length === 0) continue;
      const shape = rawTable(table, Object.fromEntries(filling.columns));
      if (filling.grew) await this.#writer.migrate([shape]);
      await this.#writer.append(shape, filling.rows);
      filling.rows = [];
      filling.grew = false;
    }
  }

  /** The values since the last time that did not fit their column, as rows of `rudder_discards`. */
  takeDiscards(): ValueRow[] {
    const taken = this.#discards;
    this.#discards = [];
    return taken;
  }

  async #open(table: string): Promise<Filling> {
    const existing: TableShape['columns'] = (await this.#writer.describe(`raw.${table}`)) ?? [];
    const columns = new Map(existing.map((column) => [column.name, rudderType(column.type) ?? 'string']));
    const filling = { columns, rows: [], grew: false };
    this.#fillings.set(table, filling);
    return filling;
  }

  /** The row's values as the table's columns take them; a new column takes the type of its first value. */
  #fit({ table, columns, data }: Row, { filling, receivedAt }: { filling: Filling; receivedAt: string }): ValueRow {
    const fitted: Record<string, JsonValue> = {};
    const loaded = { ...data, uuid_ts: this.#uuidTs, loaded_at: this.#loadedAt };
    for (const [column, value] of Object.entries(loaded)) {
      const incoming = columns[column] ?? typeOf(value);
      const existing = filling.columns.get(column) ?? incoming;
      if (!filling.columns.has(column)) {
        filling.columns.set(column, incoming);
        filling.grew = true;
      }
      const coerced = coerce(existing, incoming, value);
      if ('stored' in coerced) fitted[column] = coerced.stored;
      else {
        this.#discards.push({
          table_name: table,
          row_id: String(data.id),
          column_name: column,
          column_value: coerced.discarded,
          reason: coerced.reason,
          received_at: receivedAt,
          uuid_ts: this.#uuidTs,
          loaded_at: this.#loadedAt,
        });
      }
    }
    return fitted as ValueRow;
  }
}
