import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { CatalogFunction, Cells } from '../googlesql/catalog.ts';
import type { Evaluator, Parameter, ResolvedNode } from '../googlesql/evaluator.ts';
import { GoogleSqlError } from '../googlesql/googlesql.ts';
import { typeOf } from '../googlesql/values.ts';
import { addressIn, routineNamesIn } from './names.ts';
import { columnsOf } from './partition-time.ts';
import { Refusal, tooLarge, unable } from './refusal.ts';
import { isConstrained, type OutputColumn, outputOf, type Scan, scansOf } from './resolved.ts';
import type { Field } from './schema.ts';
import type { Address, Routine, Storage, Table } from './storage.ts';

/** A valid statement, with everything that it reads. */
export interface Plan {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly inputs: readonly Input[];
  readonly functions: readonly CatalogFunction[];
  /** The columns of a query; none for another kind of statement. */
  readonly fields: readonly Field[];
  /** The column that readers must filter, because a table below requires it. */
  readonly demand: Demand | undefined;
  /** The routines and schemas on which this plan is based; if they change, it is invalid. */
  readonly basis: readonly unknown[];
}

export interface Input {
  /** As in the statement. */
  readonly name: string;
  readonly address: Address;
  /** The columns that are used. */
  readonly columns: ReadonlySet<string>;
}

interface Demand {
  readonly table: string;
  readonly column: string;
}

const KEPT_PLANS = 2000;

/** Determines what a statement reads and returns, by GoogleSQL's analyzer. */
export class Planner {
  readonly #storage: Storage;
  readonly #evaluator: Evaluator;
  readonly #plans = new Map<string, Plan>();

  constructor(storage: Storage, evaluator: Evaluator) {
    this.#storage = storage;
    this.#evaluator = evaluator;
  }

  /** Refuses, with BigQuery's messages, invalid SQL and references to missing tables. */
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
    const names = [...new Set(paths.map(singlePath))];
    const sources = names.map((name) => {
      const address = addressIn(name, this.#storage.projectId);
      return { name, address, table: this.#storage.table(address) };
    });
    const functions = this.#routinesIn(sql).map(({ name, routine: { parameters, body } }) => ({
      name,
      parameters,
      body,
    }));
    const tables = sources.map(({ name, table }) => ({ name, columns: columnsOf(table) }));
    const resolved = await inBigQueryWords(this.#evaluator.resolve({ sql, parameters, functions, tables }));
    const scans = scansOf(resolved);
    const inputs = sources.map(({ name, address }) => ({ name, address, columns: columnsRead(scans, name) }));
    const fields = fieldsOf(outputOf(resolved) ?? []);
    const demand = await this.#demandOf({ resolved, scans }, new Map(sources.map(({ name, table }) => [name, table])));
    return { sql, parameters, inputs, functions, fields, demand, basis: this.#basisOf(inputs, sql) };
  }

  #basisOf(inputs: readonly Input[], sql: string): unknown[] {
    const tables = inputs.flatMap(({ address }) => {
      const table = this.#storage.table(address);
      return [table.fields, table.view, table.partitioning, table.filterRequired];
    });
    return [...tables, ...this.#routinesIn(sql).map(({ routine }) => routine)];
  }

  /** The routines that a text calls, directly or indirectly. */
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

  /** The first required filter of a table below that this statement lacks. */
  async #demandOf(
    { resolved, scans }: { resolved: ResolvedNode; scans: readonly Scan[] },
    tables: ReadonlyMap<string, Table>,
  ): Promise<Demand | undefined> {
    for (const scan of scans) {
      const table = tables.get(scan.table);
      const demand = table && (await this.#demandOfTable(table));
      if (!demand || isConstrained(resolved, scan, demand.column)) continue;
      // A reader of a view can filter by a column that the view passes on.
      const handedOn = outputOf(resolved)?.find(({ column }) => column.name === demand.column);
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

export function sameMembers(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}

function singlePath(path: readonly string[]): string {
  const [name = ''] = path;
  if (path.length === 1) return name;
  throw unable(`read ${path.join('.')}: a table must be one path in backticks, \`project.dataset.table\``);
}

function columnsRead(scans: readonly Scan[], table: string): ReadonlySet<string> {
  const own = scans.filter((scan) => scan.table === table);
  return new Set(own.flatMap(({ columns }) => columns.map(({ name }) => name)));
}

/** Columns without a name are called `f0_`, `f1_`…, as in BigQuery. */
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

/** GoogleSQL's errors in BigQuery's form; limits of the evaluator, which BigQuery does not have, with their own messages. */
export async function inBigQueryWords<T>(
  answer: Promise<T>,
  contents: ReadonlyMap<string, readonly Cells[]> = new Map(),
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof GoogleSqlError)) throw error;
    const tables = [...contents].map(([name, rows]) => `${name} (${rows.length} rows)`).join(', ');
    const [, length, most] = /message larger than max \((\d+) vs\. (\d+)\)/.exec(error.message) ?? [];
    if (length) throw tooLarge(`${length} bytes of ${tables}, of which its evaluator accepts ${most}`);
    const [, memory] = /Out of memory for MemoryAccountant.* out of a total of (\d+)/.exec(error.message) ?? [];
    if (memory) throw tooLarge(`${tables}, for which its evaluator has ${memory} bytes`);
    throw new Refusal('invalidQuery', error.message.replace(/\s*\[at (\d+:\d+)\]/, ' at [$1]'));
  }
}
