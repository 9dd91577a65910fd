import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { invalid, Refusal } from './refusal.ts';
import { assertSameSchema, type Field } from './schema.ts';
import type { Address, Partitioning, Storage, StoredRow, Table } from './storage.ts';

type WriteDisposition = 'WRITE_APPEND' | 'WRITE_TRUNCATE' | 'WRITE_TRUNCATE_DATA' | 'WRITE_EMPTY';

/** The partition a row is in; undefined in a table without any. A null has a partition of its own. */
export function partitionOf({ partitioning }: Pick<Table, 'partitioning'>, row: StoredRow): string | undefined {
  if (!partitioning) return undefined;
  if (partitioning.field === undefined) return row.partition;
  const value = row.values[partitioning.field] ?? null;
  return value === null ? '__NULL__' : partitionAt(String(value), partitioning);
}

/** `2026-01-31T…` → `20260131` or `202601`. */
export function partitionAt(day: string, { type }: Partitioning): string {
  return day.slice(0, type === 'DAY' ? 10 : 7).replaceAll('-', '');
}

export interface Write {
  readonly address: Address;
  readonly disposition: string;
  readonly createDisposition: string | undefined;
  /** The schema of the rows. */
  readonly fields: readonly Field[];
  readonly rows: readonly StoredRow[];
  /** The description of a table to be created, apart from its fields. */
  readonly made: Partial<Table>;
  /** Whether overwriting the whole table also replaces its description by `made`, as a copy does. */
  readonly takesAll?: boolean;
}

/** Writes rows according to the dispositions of a job, all or none of them. */
export function write(storage: Storage, job: Write): void {
  const { address, fields, rows } = job;
  const disposition = dispositionOf(job.disposition);
  storage.dataset(address.dataset);
  const found = storage.find(address);
  if (found?.view !== undefined) {
    throw invalid(`${storage.nameOf(address)} is not allowed for this operation because it is currently a VIEW.`);
  }
  const table = found ?? created(storage, job);
  const isWhole = address.partition === undefined;
  const keepsSchema = disposition !== 'WRITE_TRUNCATE' || !isWhole;
  if (found && keepsSchema) assertSameSchema(found.fields, fields, storage.nameOf(address));
  if (found && !job.takesAll) assertSameLayout(found, job);
  const shaped = keepsSchema ? table : { ...table, fields, ...(job.takesAll ? job.made : {}) };
  const placed = rows.map((row) => place(row, { table: shaped, address, storage }));
  const others = isWhole ? [] : table.rows.filter((row) => partitionOf(table, row) !== address.partition);
  if (disposition === 'WRITE_EMPTY' && others.length < table.rows.length) {
    throw new Refusal('duplicate', `Already Exists: Table ${storage.nameOf(address)}`);
  }
  const kept = disposition === 'WRITE_APPEND' ? table.rows : others;
  storage.put({ ...shaped, rows: [...kept, ...placed], modified_at_ms: storage.clock.now() });
}

/** If a job specifies the layout of its destination, it must be the actual one; a named partition implies it. */
function assertSameLayout(table: Table, { address, made }: Write): void {
  const { partition } = address;
  if (!made.partitioning && !made.clustering && partition === undefined) return;
  const given = specificationOf({ ...(partition !== undefined && { partitioning: table.partitioning }), ...made });
  const expected = specificationOf(table);
  if (given === expected) return;
  throw invalid(
    `Incompatible table partitioning specification. Expects partitioning specification ${expected}, but input partitioning specification is ${given}`,
  );
}

/** `interval(type:month) clustering(period,creator_id)` */
function specificationOf({ partitioning, clustering }: Pick<Partial<Table>, 'partitioning' | 'clustering'>): string {
  const { type, field } = partitioning ?? {};
  const interval = type && `interval(type:${type.toLowerCase()}${field === undefined ? '' : `,field:${field}`})`;
  const clusters = clustering && `clustering(${clustering.join(',')})`;
  return [interval, clusters].filter((part) => part !== undefined).join(' ') || 'none';
}

function dispositionOf(name: string): WriteDisposition {
  const known = ['WRITE_APPEND', 'WRITE_TRUNCATE', 'WRITE_TRUNCATE_DATA', 'WRITE_EMPTY'];
  if (!known.includes(name)) throw invalid(`Invalid value for writeDisposition: ${name}`);
  return name as WriteDisposition;
}

function created(storage: Storage, { address, createDisposition = 'CREATE_IF_NEEDED', fields, made }: Write): Table {
  const { dataset, table: id } = address;
  if (createDisposition !== 'CREATE_IF_NEEDED' || (address.partition !== undefined && !made.partitioning)) {
    throw new Refusal('notFound', `Not found: Table ${storage.nameOf(address)}`);
  }
  const now = storage.clock.now();
  return {
    ...expiryIn(storage, dataset),
    fields,
    ...made,
    dataset,
    id,
    created_at_ms: now,
    modified_at_ms: now,
    rows: [],
  };
}

/** The expiration of a new table, according to its dataset. */
export function expiryIn(storage: Storage, dataset: string): { expires_at_ms?: number } {
  const { defaultTableExpirationMs: ms } = storage.dataset(dataset);
  return ms === undefined ? {} : { expires_at_ms: storage.clock.now() + Number(ms) };
}

export interface Destination {
  readonly table: Pick<Table, 'partitioning' | 'fields'>;
  readonly address: Address;
  readonly storage: Storage;
}

/** A row with its partition. Refuses a row that does not belong to the named partition. */
export function place(row: StoredRow, { table, address, storage }: Destination): StoredRow {
  const { partitioning } = table;
  const { partition } = address;
  if (!partitioning) {
    if (partition === undefined) return { values: row.values };
    throw invalid(`${storage.nameOf(address)} is not a partitioned table: a partition cannot be named.`);
  }
  const digits = partitioning.type === 'DAY' ? 8 : 6;
  if (partition !== undefined && !(/^\d+$/.test(partition) && partition.length === digits)) {
    throw invalid(`Invalid time partitioning value ${partition} of a table partitioned by ${partitioning.type}.`);
  }
  if (partitioning.field === undefined) {
    const now = new Date(storage.clock.now()).toISOString();
    return { values: row.values, partition: partition ?? row.partition ?? partitionAt(now, partitioning) };
  }
  const own = partitionOf(table, row);
  if (partition !== undefined && own !== partition) {
    throw invalid(`Some rows belong to different partitions rather than destination partition ${partition}`);
  }
  return { values: row.values };
}

/** Rows without a partition yet. */
export function unplaced(rows: readonly ValueRow[]): StoredRow[] {
  return rows.map((values) => ({ values }));
}
