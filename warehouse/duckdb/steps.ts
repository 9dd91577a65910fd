import type { DuckDBConnection } from '@duckdb/node-api';
import { invariant } from '../invariant.ts';
import { isStep, missingStep } from '../steps.ts';
import type { Table } from '../vocabulary/tables.ts';
import { quoted } from './ddl.ts';
import { resolveNames } from './names.ts';
import { duckdbType } from './types.ts';

/** The steps of one transaction: temporary tables of its connection, which are not written to the file. */
export class Steps {
  readonly #connection: DuckDBConnection;
  readonly #created = new Set<string>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** The statement with the steps under their names at DuckDB, which allows no schemas for temporary tables. */
  resolve(sql: string): string {
    if (!sql.includes('steps.')) return sql;
    return resolveNames(sql, {
      name: (name) => {
        if (!isStep(name)) return name;
        if (!this.#created.has(name)) throw missingStep(name);
        return pathOf(name);
      },
    });
  }

  /** Returns the number of rows. The SELECT may read an earlier step of the same name. */
  async create(step: Table, select: string): Promise<number> {
    invariant(isStep(step.name), `${step.name} cannot be created as a step: its name must be steps.<name>.`);
    const columns = step.columns.map(
      ({ name, type }) => `cast(${quoted(name)} as ${duckdbType(type)}) as ${quoted(name)}`,
    );
    const result = await this.#connection.run(
      `create or replace temp table ${pathOf(step.name)} as select ${columns.join(', ')} from (${this.resolve(select)}\n) as step`,
    );
    this.#created.add(step.name);
    const [[count] = []] = await result.getRows();
    return Number(count);
  }

  async createEmpty(steps: readonly Table[]): Promise<void> {
    for (const step of steps) {
      const nulls = step.columns.map(({ name }) => `null as ${quoted(name)}`);
      await this.create(step, `select ${nulls.join(', ')} where false`);
    }
  }

  /** For the end of a transaction that commits: its temporary tables would outlive it. */
  async drop(): Promise<void> {
    for (const name of this.#created) await this.#connection.run(`drop table if exists ${pathOf(name)}`);
    this.#created.clear();
  }
}

/** `steps.rated` → `temp.main."rated"`. */
function pathOf(name: string): string {
  return `temp.main.${quoted(name.slice(name.indexOf('.') + 1))}`;
}
