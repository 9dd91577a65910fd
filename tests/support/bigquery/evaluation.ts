import type { ColumnType } from '../../../warehouse/tables.ts';
import type { Value, ValueRow } from '../../../warehouse/warehouse.ts';
import type {
  CatalogFunction,
  CatalogTable,
  Cells,
  Evaluator,
  Parameter,
  ResolvedNode,
  Statement,
} from '../googlesql/evaluator.ts';
import { GoogleSqlError } from '../googlesql/googlesql.ts';
import { typeOf } from '../googlesql/values.ts';
import { bytesOf } from './cells.ts';
import { addressIn, routineNamesIn } from './names.ts';
import { Refusal, unable } from './refusal.ts';
import { isConstrained, type OutputColumn, outputOf, type Scan, scansOf } from './resolved.ts';
import type { Field } from './schema.ts';
import type { Address, Routine, Storage, StoredRow, Table } from './storage.ts';

/** A statement that is known to be valid, with all that it reads. */
export interface Plan {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly inputs: readonly Input[];
  readonly functions: readonly CatalogFunction[];
  /** Of a query; none for a statement of another kind. */
  readonly fields: readonly Field[];
  /** The column that whoever reads this must constrain, because a table below demands it. */
  readonly demand: Demand | undefined;
  /** The routines and schemas that this was made from; with others it must be made anew. */
  readonly basis: readonly unknown[];
}

export interface Input {
  /** As the text writes it. */
  readonly name: string;
  readonly address: Address;
  /** The columns that matter. */
  readonly columns: ReadonlySet<string>;
}

interface Demand {
  readonly table: string;
  readonly column: string;
}

export interface Result {
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly Value[])[];
}

/** The rows of a table as they are now, or as a transaction sees them. */
export type RowsOf = (table: Table) => readonly StoredRow[];

interface Deletion {
  readonly table: string;
  /** The table and its alias as the statement writes them. */
  readonly from: string;
  readonly condition: string;
  readonly rowsOf: RowsOf;
}

const KEPT_PLANS = 2000;
const ORDINAL = '_row_ordinal';

/** GoogleSQL over what is stored. Views are evaluated one by one and kept until something below them changes. */
export class Evaluation {
  readonly #storage: Storage;
  readonly #evaluator: Evaluator;
  readonly #plans = new Map<string, Plan>();
  readonly #views = new Map<string, { readonly state: readonly unknown[]; readonly rows: readonly StoredRow[] }>();

  constructor(storage: Storage, evaluator: Evaluator) {
    this.#storage = storage;
    this.#evaluator = evaluator;
  }

  /** Refuses in BigQuery's words what is not its SQL or reads what is not there. */
  async plan(sql: string, parameters: readonly Parameter[] = []): Promise<Plan> {
    const key = JSON.stringify([sql, parameters.map(({ name, type, list }) => [name, type, list])]);
    const known = this.#plans.get(key);
    if (known && sameMembers(known.basis, this.#basisOf(known.inputs, sql))) return { ...known, parameters };
    const plan = await this.#planned(sql, parameters);
    if (this.#plans.size >= KEPT_PLANS) this.#plans.clear();
    this.#plans.set(key, plan);
    return plan;
  }

  async #planned(sql: string, parameters: readonly Parameter[]): Promise<Plan> {
    const paths = await inBigQueryWords(this.#evaluator.tablesOf(sql));
    const names = [...new Set(paths.map((path) => singlePath(path)))];
    const addressed = names.map((name) => ({ name, address: addressIn(name, this.#storage.projectId) }));
    const tables = addressed.map(({ address }) => this.#storage.table(address));
    const functions = this.#functionsIn(sql);
    const statement = {
      sql,
      parameters,
      functions,
      tables: names.map((name, at) => ({ name, columns: tables[at]?.fields ?? [] })),
    };
    const resolved = await inBigQueryWords(this.#evaluator.resolve(statement));
    const scans = scansOf(resolved);
    const inputs = addressed.map(({ name, address }) => ({ name, address, columns: columnsRead(scans, name) }));
    const output = outputOf(resolved);
    return {
      sql,
      parameters,
      inputs,
      functions,
      fields: fieldsOf(output ?? []),
      demand: await this.#demandOf(resolved, { scans, tables, names, output: output ?? [] }),
      basis: this.#basisOf(inputs, sql),
    };
  }

  /** Evaluates a planned query. Refuses one that reads too much of a table that demands a filter. */
  async run(plan: Plan, rowsOf: RowsOf = (table) => table.rows): Promise<Result> {
    this.refuseUnfiltered(plan);
    return { fields: plan.fields, rows: await this.#rows(plan, rowsOf) };
  }

  /** Refuses a query that reads a table without the filter that it demands. */
  refuseUnfiltered({ demand }: Plan): void {
    if (!demand) return;
    const { table, column } = demand;
    throw new Refusal(
      'invalidQuery',
      `Cannot query over table '${table}' without a filter over column(s) '${column}' that can be used for partition elimination`,
    );
  }

  /** Which rows of a table, by their place in it, a planned DELETE takes. */
  async ordinalsWhere(plan: Plan, { table, from, condition, rowsOf }: Deletion): Promise<ReadonlySet<number>> {
    this.refuseUnfiltered(plan);
    const sql = `select ${ORDINAL} from ${from} where ${condition}`;
    // A resolved DELETE does not tell which columns matter to its condition.
    const inputs = plan.inputs.map((input) => ({ ...input, columns: this.#columnsOf(input.address) }));
    const rows = await this.#rows({ ...plan, sql, inputs }, rowsOf, table);
    return new Set(rows.map(([ordinal]) => Number(ordinal)));
  }

  /** What BigQuery would bill for, before it rounds: the columns that matter of every table that is read, also by a view. */
  async bytesRead(plan: Plan): Promise<{ bytes: number; tables: number }> {
    let bytes = 0;
    let tables = 0;
    for (const { address, columns } of plan.inputs) {
      const table = this.#storage.table(address);
      if (table.view === undefined) {
        const types = table.fields.filter(({ name }) => columns.has(name)).map(({ name, type }) => ({ name, type }));
        for (const { values } of table.rows) {
          for (const { name, type } of types) bytes += bytesOf(values[name] ?? null, type);
        }
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
    return new Set(this.#storage.table(address).fields.map(({ name }) => name));
  }

  /** With `numbered` the rows of one table carry their place. */
  async #rows(plan: Plan, rowsOf: RowsOf, numbered?: string): Promise<Value[][]> {
    const contents = new Map<string, readonly Cells[]>();
    const tables: CatalogTable[] = [];
    for (const { name, address, columns } of plan.inputs) {
      const table = this.#storage.table(address);
      const rows = table.view === undefined ? rowsOf(table) : await this.#viewRows(table, rowsOf);
      const cells = cellsOf(rows, { fields: table.fields, columns });
      if (name === numbered) {
        contents.set(
          name,
          cells.map((row, at) => [...row, BigInt(at)]),
        );
        tables.push({ name, columns: [...table.fields, { name: ORDINAL, type: 'int64', pseudo: true }] });
      } else {
        contents.set(name, cells);
        tables.push({ name, columns: table.fields });
      }
    }
    const { sql, functions, parameters } = plan;
    const statement: Statement = { sql, functions, parameters, tables };
    return (await inBigQueryWords(this.#evaluator.evaluate(statement, contents), contents)).rows;
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

  /** All that decides what a query gives. */
  async #stateOf(plan: Plan, rowsOf: RowsOf): Promise<unknown[]> {
    const state: unknown[] = [plan.sql, ...plan.basis];
    for (const { address } of plan.inputs) {
      const table = this.#storage.table(address);
      if (table.view === undefined) state.push(rowsOf(table));
      else state.push(...(await this.#stateOf(await this.plan(table.view), rowsOf)));
    }
    return state;
  }

  #basisOf(inputs: readonly Input[], sql: string): unknown[] {
    const tables = inputs.flatMap(({ address }) => {
      const table = this.#storage.table(address);
      return [table.fields, table.view, table.partitioning, table.filterRequired];
    });
    return [...tables, ...this.#routinesIn(sql).map(({ routine }) => routine)];
  }

  /** The routines that a text calls, near and far. */
  #routinesIn(sql: string): { name: string; routine: Routine }[] {
    const reached = new Map<string, Routine>();
    const reach = (text: string): void => {
      for (const name of routineNamesIn(text)) {
        const { dataset, table } = addressIn(name, this.#storage.projectId);
        const routine = this.#storage.routine(dataset, table);
        if (!routine || reached.has(name)) continue;
        reached.set(name, routine);
        reach(routine.body);
      }
    };
    reach(sql);
    return [...reached].map(([name, routine]) => ({ name, routine }));
  }

  #functionsIn(sql: string): CatalogFunction[] {
    return this.#routinesIn(sql).map(({ name, routine: { parameters, body } }) => ({ name, parameters, body }));
  }

  /** The first demand of a table below that this statement does not meet. */
  async #demandOf(
    resolved: ResolvedNode,
    {
      scans,
      tables,
      names,
      output,
    }: { scans: Scan[]; tables: Table[]; names: string[]; output: readonly OutputColumn[] },
  ): Promise<Demand | undefined> {
    for (const scan of scans) {
      const table = tables[names.indexOf(scan.table)];
      const demand = table && (await this.#demandOfTable(table));
      if (!demand || isConstrained(resolved, scan, demand.column)) continue;
      // Whoever reads a view may meet the demand through a column that it hands on.
      const handedOn = output.find(({ column }) => column.name === demand.column);
      return { table: demand.table, column: handedOn?.name ?? demand.column };
    }
    return undefined;
  }

  async #demandOfTable(table: Table): Promise<Demand | undefined> {
    if (table.view !== undefined) return (await this.plan(table.view)).demand;
    const column = table.partitioning?.field;
    if (!table.filterRequired || column === undefined) return undefined;
    return { table: `${this.#storage.projectId}.${table.dataset}.${table.id}`, column };
  }
}

function sameMembers(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}

function singlePath(path: readonly string[]): string {
  const [name = ''] = path;
  if (path.length === 1) return name;
  throw unable(`read ${path.join('.')}: it takes a table as one backticked path, \`project.dataset.table\``);
}

function columnsRead(scans: readonly Scan[], table: string): ReadonlySet<string> {
  const own = scans.filter((scan) => scan.table === table);
  return new Set(own.flatMap(({ columns }) => columns.map(({ name }) => name)));
}

/** What does not matter goes as null: it weighs nothing and changes nothing. */
function cellsOf(
  rows: readonly StoredRow[],
  { fields, columns }: { fields: readonly Field[]; columns: ReadonlySet<string> },
): Cells[] {
  const read = fields.map(({ name }) => (columns.has(name) ? name : undefined));
  return rows.map(({ values }) => read.map((name) => (name === undefined ? null : (values[name] ?? null))));
}

export function rowOf(fields: readonly Field[], cells: readonly Value[]): ValueRow {
  return Object.fromEntries(fields.map(({ name }, at) => [name, cells[at] ?? null]));
}

/** Columns without a name are called `f0_`, `f1_`…, as BigQuery does. */
function fieldsOf(output: readonly OutputColumn[]): Field[] {
  let nameless = 0;
  const fields = output.map(({ name, column }) => {
    const given = name.startsWith('$') || name === '' ? `f${nameless++}_` : name;
    return { name: given, type: resultType(column.type.type_kind, given), required: false };
  });
  const names = fields.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    const message = `Duplicate column names in the result are not supported. Found duplicate(s): ${twice}`;
    throw new Refusal('invalidQuery', message);
  }
  return fields;
}

function resultType(kind: string, column: string): ColumnType {
  try {
    return typeOf(kind);
  } catch {
    throw unable(`give the column ${column} of the type ${kind.replace('TYPE_', '')}`);
  }
}

/** GoogleSQL's errors as BigQuery writes them, and the bound of the evaluator by its name. */
export async function inBigQueryWords<T>(
  answer: Promise<T>,
  contents: ReadonlyMap<string, readonly Cells[]> = new Map(),
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof GoogleSqlError)) throw error;
    const tooLarge = /message larger than max \((\d+) vs\. (\d+)\)/.exec(error.message);
    if (tooLarge) {
      const tables = [...contents].map(([name, rows]) => `${name} (${rows.length} rows)`).join(', ');
      throw unable(`evaluate ${tooLarge[1]} bytes at once, of ${tables}: its evaluator takes ${tooLarge[2]}`);
    }
    throw new Refusal('invalidQuery', error.message.replace(/\s*\[at (\d+:\d+)\]/, ' at [$1]'));
  }
}
