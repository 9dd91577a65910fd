import type { WarehouseWriter } from '../warehouse.ts';
import { namesIn } from './names.ts';

/** How many texts of queries are kept with their tables. */
const MOST_TEXTS = 1000;

/** A statement that only reads begins with one of these, and has none of those: `with … delete` is a statement of DuckDB's too. */
const READING = /^\s*(?:--[^\n]*\n\s*)*(?:select|with|describe)\b/i;
const WRITING = /\b(?:insert|update|delete|merge)\b/i;

/** What one transaction may have changed. */
class Changed {
  readonly tables = new Set<string>();
  /** Tables and views that it made or replaced, and what each reads. */
  readonly definitions = new Map<string, readonly string[]>();
  /** Whether it may be anything: what a statement of its own wrote. */
  isAnything = false;
}

/**
 * Counts the transactions of one process, and which tables each wrote. Tables and views are known once this process has made or migrated them, which
 * `deploy` does with all; a query that reads anything else depends on every transaction.
 */
export class TableChanges {
  #count = 0;
  #lastOfAnything = 0;
  readonly #last = new Map<string, number>();
  /** What a table or view reads: of a table, nothing. */
  readonly #reads = new Map<string, readonly string[]>();
  /** By text, the tables of a query; undefined if one is unknown. */
  readonly #tablesOf = new Map<string, readonly string[] | undefined>();

  /** The number of the last transaction that may have changed what a query reads. */
  lastOf(sql: string): number {
    if (!this.#tablesOf.has(sql)) {
      if (this.#tablesOf.size >= MOST_TEXTS) this.#tablesOf.clear();
      this.#tablesOf.set(sql, this.#resolve(sql));
    }
    const tables = this.#tablesOf.get(sql);
    if (tables === undefined) return this.#count;
    return Math.max(this.#lastOfAnything, ...tables.map((table) => this.#last.get(table) ?? 0));
  }

  /** Runs a transaction, with a writer that notes what it changes. Counted also after a failure: whether it was committed is not always known. */
  async during<T>(run: (noting: (writer: WarehouseWriter) => WarehouseWriter) => Promise<T>): Promise<T> {
    const changed = new Changed();
    let isDone = false;
    try {
      const result = await run((writer) => noting(writer, changed));
      isDone = true;
      return result;
    } finally {
      this.#count++;
      for (const table of changed.tables) this.#last.set(table, this.#count);
      if (changed.isAnything || changed.definitions.size > 0) this.#lastOfAnything = this.#count;
      for (const [name, reads] of changed.definitions) {
        if (isDone) this.#reads.set(name, reads);
        else this.#reads.delete(name);
        this.#tablesOf.clear();
      }
    }
  }

  #resolve(sql: string): readonly string[] | undefined {
    const found = new Set<string>();
    const waiting = namesIn(sql);
    if (waiting.length === 0) return undefined;
    for (const name of waiting) {
      if (name.startsWith('fn.') || found.has(name)) continue;
      const reads = this.#reads.get(name);
      if (reads === undefined) return undefined;
      found.add(name);
      waiting.push(...reads);
    }
    return [...found];
  }
}

/** The writer, with what it changes noted. Each operation is named here, so that none can be added to the port and be forgotten. */
function noting(writer: WarehouseWriter, changed: Changed): WarehouseWriter {
  const written = ({ name }: { readonly name: string }): void => void changed.tables.add(name);
  return {
    query(sql, parameters) {
      if (!READING.test(sql) || WRITING.test(sql)) changed.isAnything = true;
      return writer.query(sql, parameters);
    },
    stream: (sql, parameters) => writer.stream(sql, parameters),
    describe: (dataset) => writer.describe(dataset),
    describeQuery: (sql) => writer.describeQuery(sql),
    createStep: (step, select) => writer.createStep(step, select),
    createEmptySteps: (steps) => writer.createEmptySteps(steps),
    append(table, rows) {
      written(table);
      return writer.append(table, rows);
    },
    appendStaged(table, staged) {
      written(table);
      return writer.appendStaged(table, staged);
    },
    replaceRows(table, rows) {
      written(table);
      return writer.replaceRows(table, rows);
    },
    replaceTable(table, select) {
      written(table);
      return writer.replaceTable(table, select);
    },
    replacePartition(table, period, select) {
      written(table);
      return writer.replacePartition(table, period, select);
    },
    migrate(tables) {
      for (const { name } of tables) changed.definitions.set(name, []);
      return writer.migrate(tables);
    },
    createView(view) {
      changed.definitions.set(view.name, namesIn(view.sql));
      return writer.createView(view);
    },
  };
}
