import {
  type CompiledQuery,
  type ControlledTransaction,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { OperationalTables } from '../../../../warehouse/operational/schema.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * A control store as one process sees it: every statement waits at a gate before it runs and before its result arrives. The store below has
 * one connection, so between the begin and the end of a transaction no other process runs a statement.
 */
export function gatedStore(store: Operational, scheduler: Scheduler): Operational {
  return new Kysely<OperationalTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createDriver: () => new GatedDriver(store, scheduler),
    },
  });
}

class GatedDriver implements Driver {
  readonly #store: Operational;
  readonly #scheduler: Scheduler;

  constructor(store: Operational, scheduler: Scheduler) {
    this.#store = store;
    this.#scheduler = scheduler;
  }

  async init(): Promise<void> {}
  async destroy(): Promise<void> {}
  async releaseConnection(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new GatedConnection(this.#store, this.#scheduler);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as GatedConnection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as GatedConnection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as GatedConnection).rollback();
  }
}

class GatedConnection implements DatabaseConnection {
  readonly #store: Operational;
  readonly #scheduler: Scheduler;
  #transaction: ControlledTransaction<OperationalTables> | undefined;

  constructor(store: Operational, scheduler: Scheduler) {
    this.#store = store;
    this.#scheduler = scheduler;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const label = labelOf(query);
    await this.#before(label);
    const run = (): Promise<QueryResult<R>> =>
      (this.#transaction ?? this.#store).getExecutor().executeQuery<R>(query as CompiledQuery<R>);
    const result = await this.#inStore(run).catch((error: Error) => error);
    await this.#after(label);
    if (result instanceof Error) throw result;
    return result;
  }

  // biome-ignore lint/correctness/useYield: the port demands a generator, and the store has none.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The control store does not stream.');
  }

  async begin(): Promise<void> {
    await this.#before('begin');
    const process = requirePresent(this.#scheduler.context.getStore(), 'A transaction belongs to a process.');
    this.#scheduler.transaction = process;
    this.#transaction = await this.#inStore(() => this.#store.startTransaction().execute());
  }

  async commit(): Promise<void> {
    await this.#before('commit');
    const transaction = requirePresent(this.#transaction, 'Only an open transaction can be committed.');
    await this.#inStore(() => transaction.commit().execute());
    this.#close();
    await this.#after('commit');
  }

  /** What a crash leaves behind is rolled back by the database, so this has no gate. */
  async rollback(): Promise<void> {
    const transaction = this.#transaction;
    if (transaction === undefined) return;
    await this.#inStore(() => transaction.rollback().execute());
    this.#close();
  }

  /** Outside the process: the timers of the store itself are not those of the process. */
  #inStore<T>(work: () => Promise<T>): Promise<T> {
    return this.#scheduler.track(() => this.#scheduler.context.exit(() => this.#scheduler.inStore.run(true, work)));
  }

  #close(): void {
    this.#transaction = undefined;
    this.#scheduler.transaction = undefined;
  }

  async #before(label: string): Promise<void> {
    const process = this.#scheduler.context.getStore();
    await this.#scheduler.gate(`▸ ${label}`, {
      isOpen: () =>
        this.#scheduler.transaction === undefined ||
        (this.#transaction !== undefined && this.#scheduler.transaction === process),
    });
  }

  async #after(label: string): Promise<void> {
    await this.#scheduler.gate(`◂ ${label}`);
  }
}

const LONGEST = 70;

function labelOf({ sql: text, parameters }: CompiledQuery): string {
  const short = text
    .replaceAll('"', '')
    .replace(/^select .*? from /, 'select from ')
    .slice(0, LONGEST);
  const values = parameters.filter((value) => typeof value !== 'object').map((value) => String(value).slice(0, 40));
  return values.length > 0 ? `${short} [${values.join(', ')}]` : short;
}
