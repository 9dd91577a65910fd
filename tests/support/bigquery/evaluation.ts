import type { Value, ValueRow } from '../../../warehouse/warehouse.ts';
import type { CatalogColumn, CatalogTable, Cells } from '../googlesql/catalog.ts';
import type { Evaluator, Parameter } from '../googlesql/evaluator.ts';
import { bytesOf } from './cells.ts';
import { columnsOf, PARTITION_TIME, partitionTimeOf } from './partition-time.ts';
import { inBigQueryWords, type Plan, Planner, sameMembers } from './plan.ts';
import { Refusal } from './refusal.ts';
import type { Field } from './schema.ts';
import type { Address, Storage, StoredRow, Table } from './storage.ts';

export interface Result {
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly Value[])[];
}

/** The current rows of a table, or those that a transaction sees. */
type RowsOf = (table: Table) => readonly StoredRow[];

interface Deletion {
  readonly table: string;
  /** The table and its alias in the statement. */
  readonly from: string;
  readonly condition: string;
  readonly rowsOf: RowsOf;
}

const ORDINAL = '_row_ordinal';

/** GoogleSQL over the stored rows. Views are evaluated one by one and cached until something below them changes. */
export class Evaluation {
  readonly #storage: Storage;
  readonly #evaluator: Evaluator;
  readonly #planner: Planner;
  readonly #views = new Map<string, { readonly state: readonly unknown[]; readonly rows: readonly StoredRow[] }>();

  constructor(storage: Storage, evaluator: Evaluator) {
    this.#storage = storage;
    this.#evaluator = evaluator;
    this.#planner = new Planner(storage, evaluator);
  }

  /** Refuses, with BigQuery's messages, invalid SQL and references to missing tables. */
  plan(sql: string, parameters: readonly Parameter[] = []): Promise<Plan> {
    return this.#planner.plan(sql, parameters);
  }

  /** Evaluates a planned query. Refuses one that reads a table without its required filter. */
  async run(plan: Plan, rowsOf: RowsOf = (table) => table.rows): Promise<Result> {
    this.refuseUnfiltered(plan);
    return { fields: plan.fields, rows: await this.#rows(plan, rowsOf) };
  }

  refuseUnfiltered({ demand }: Plan): void {
    if (!demand) return;
    const { table, column } = demand;
    throw new Refusal(
      'invalidQuery',
      `Cannot query over table '${table}' without a filter over column(s) '${column}' that can be used for partition elimination`,
    );
  }

  /** The positions of the rows that a planned DELETE deletes. */
  async ordinalsWhere(plan: Plan, { table, from, condition, rowsOf }: Deletion): Promise<ReadonlySet<number>> {
    this.refuseUnfiltered(plan);
    const sql = `select ${ORDINAL} from ${from} where ${condition}`;
    // A resolved DELETE does not list the columns of its condition.
    const inputs = plan.inputs.map((input) => ({ ...input, columns: this.#columnsOf(input.address) }));
    const rows = await this.#rows({ ...plan, sql, inputs }, rowsOf, table);
    return new Set(rows.map(([ordinal]) => Number(ordinal)));
  }

  /** The bytes that BigQuery would bill, before rounding: the used columns of every table that is read, also by a view. */
  async bytesRead(plan: Plan): Promise<{ bytes: number; tables: number }> {
    let bytes = 0;
    let tables = 0;
    for (const { address, columns } of plan.inputs) {
      const table = this.#storage.table(address);
      if (table.view === undefined) {
        bytes += sizeOf(table, columns);
        tables += 1;
      } else {
        const below = await this.bytesRead(await this.plan(table.view));
        bytes += below.bytes;
        tables += below.tables;
      }
    }
    return { bytes, tables };
  }

  #columnsOf(address: Address): ReadonlySet<string> {
    return new Set(columnsOf(this.#storage.table(address)).map(({ name }) => name));
  }

  /** With `numbered`, the rows of one table include their position. */
  async #rows(plan: Plan, rowsOf: RowsOf, numbered?: string): Promise<Value[][]> {
    const contents = new Map<string, readonly Cells[]>();
    const tables: CatalogTable[] = [];
    for (const { name, address, columns } of plan.inputs) {
      const table = this.#storage.table(address);
      const rows = table.view === undefined ? rowsOf(table) : await this.#viewRows(table, rowsOf);
      const all = columnsOf(table);
      const cells = cellsOf(rows, { all, columns });
      if (name === numbered) {
        const counted = cells.map((row, at) => [...row, BigInt(at)]);
        contents.set(name, counted);
        tables.push({ name, columns: [...all, { name: ORDINAL, type: 'int64', pseudo: true }] });
      } else {
        contents.set(name, cells);
        tables.push({ name, columns: all });
      }
    }
    const { sql, functions, parameters } = plan;
    const evaluated = this.#evaluator.evaluate({ sql, functions, parameters, tables }, contents);
    return (await inBigQueryWords(evaluated, contents)).rows;
  }

  async #viewRows(view: Table, rowsOf: RowsOf): Promise<readonly StoredRow[]> {
    const name = `${view.dataset}.${view.id}`;
    const plan = await this.plan(view.view ?? '');
    const state = await this.#stateOf(plan, rowsOf);
    const known = this.#views.get(name);
    if (known && sameMembers(known.state, state)) return known.rows;
    const rows = (await this.#rows(plan, rowsOf)).map((cells) => ({ values: rowOf(plan.fields, cells) }));
    this.#views.set(name, { state, rows });
    return rows;
  }

  /** Everything that determines the result of a query. */
  async #stateOf(plan: Plan, rowsOf: RowsOf): Promise<unknown[]> {
    const state: unknown[] = [plan.sql, ...plan.basis];
    for (const { address } of plan.inputs) {
      const table = this.#storage.table(address);
      if (table.view === undefined) state.push(rowsOf(table));
      else state.push(...(await this.#stateOf(await this.plan(table.view), rowsOf)));
    }
    return state;
  }
}

/** The logical bytes of a table, or of some of its columns. */
export function sizeOf({ fields, rows }: Table, columns?: ReadonlySet<string>): number {
  const counted = columns ? fields.filter(({ name }) => columns.has(name)) : fields;
  let bytes = 0;
  for (const { values } of rows) for (const { name, type } of counted) bytes += bytesOf(values[name] ?? null, type);
  return bytes;
}

/** Unused columns are null: they cost nothing and change nothing. */
function cellsOf(
  rows: readonly StoredRow[],
  { all, columns }: { all: readonly CatalogColumn[]; columns: ReadonlySet<string> },
): Cells[] {
  const read = all.map(({ name, pseudo }) =>
    columns.has(name) ? { name, pseudo: pseudo && name === PARTITION_TIME } : undefined,
  );
  return rows.map((row) =>
    read.map((column) => {
      if (!column) return null;
      return column.pseudo ? partitionTimeOf(row) : (row.values[column.name] ?? null);
    }),
  );
}

export function rowOf(fields: readonly Field[], cells: readonly Value[]): ValueRow {
  return Object.fromEntries(fields.map(({ name }, at) => [name, cells[at] ?? null]));
}
