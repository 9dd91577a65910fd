import type { Clock } from '../../../warehouse/clock.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { Refusal } from './refusal.ts';
import type { Field } from './schema.ts';

/** The address of a table: `partition` is the part after the `$`. */
export interface Address {
  readonly dataset: string;
  readonly table: string;
  readonly partition?: string;
}

export interface StoredRow {
  readonly values: ValueRow;
  /** `202601`, if the partition is the one that was written rather than that of a column. */
  readonly partition?: string;
}

export interface Partitioning {
  readonly type: 'DAY' | 'MONTH';
  /** Without a field, rows are partitioned by ingestion time, or by the partition that was named. */
  readonly field?: string;
}

/** The description of a table or view; replaced as a whole, never changed in place. */
export interface Description {
  readonly fields: readonly Field[];
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly partitioning?: Partitioning;
  readonly filterRequired?: boolean;
  readonly clustering?: readonly string[];
  readonly expires_at_ms?: number;
  readonly view?: string;
}

export interface Table extends Description {
  readonly dataset: string;
  readonly id: string;
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
  /** Replaced as a whole with each write, so that a reader keeps a consistent state. */
  readonly rows: readonly StoredRow[];
}

export interface Routine {
  readonly dataset: string;
  readonly id: string;
  readonly parameters: readonly { readonly name: string; readonly type?: ColumnType }[];
  readonly body: string;
  readonly description?: string;
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
}

export interface Dataset {
  readonly id: string;
  readonly location: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly defaultTableExpirationMs?: string;
  readonly access?: readonly object[];
  readonly created_at_ms: number;
  readonly modified_at_ms: number;
}

/** The content of the project. Every object is immutable; a change replaces it. */
export class Storage {
  readonly projectId: string;
  readonly clock: Clock;
  readonly datasets = new Map<string, Dataset>();
  readonly #tables = new Map<string, Table>();
  readonly #routines = new Map<string, Routine>();

  constructor(projectId: string, clock: Clock) {
    this.projectId = projectId;
    this.clock = clock;
  }

  dataset(id: string): Dataset {
    const found = this.datasets.get(id);
    if (!found) throw new Refusal('notFound', `Not found: Dataset ${this.projectId}:${id}`);
    return found;
  }

  /** The table, or undefined if there is none or it has expired. */
  find({ dataset, table }: Address): Table | undefined {
    const found = this.#tables.get(`${dataset}.${table}`);
    if (found?.expires_at_ms === undefined || found.expires_at_ms > this.clock.now()) return found;
    this.#tables.delete(`${dataset}.${table}`);
    return undefined;
  }

  table(address: Address): Table {
    this.dataset(address.dataset);
    const found = this.find(address);
    if (!found) throw new Refusal('notFound', `Not found: Table ${this.nameOf(address)}`);
    return found;
  }

  tablesIn(dataset: string): Table[] {
    const all = [...this.#tables.values()].filter((table) => table.dataset === dataset);
    return all.filter(({ id }) => this.find({ dataset, table: id })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  put(table: Table): Table {
    this.#tables.set(`${table.dataset}.${table.id}`, table);
    return table;
  }

  /** Replaces the rows of an existing table. */
  putRows({ dataset, id }: Table, rows: readonly StoredRow[]): void {
    const table = requirePresent(this.find({ dataset, table: id }), `${dataset}.${id} must exist while it is written.`);
    this.put({ ...table, rows, modified_at_ms: this.clock.now() });
  }

  drop({ dataset, table }: Address): void {
    this.#tables.delete(`${dataset}.${table}`);
  }

  routine(dataset: string, id: string): Routine | undefined {
    return this.#routines.get(`${dataset}.${id}`);
  }

  routinesIn(dataset: string): Routine[] {
    return this.routines().filter((routine) => routine.dataset === dataset);
  }

  routines(): Routine[] {
    return [...this.#routines.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  putRoutine(routine: Routine): Routine {
    this.#routines.set(`${routine.dataset}.${routine.id}`, routine);
    return routine;
  }

  dropRoutine(dataset: string, id: string): void {
    this.#routines.delete(`${dataset}.${id}`);
  }

  /** The name of a table in BigQuery's messages: `project:dataset.table`. */
  nameOf({ dataset, table, partition }: Address): string {
    return `${this.projectId}:${dataset}.${table}${partition === undefined ? '' : `$${partition}`}`;
  }
}
