import { invariant, requirePresent } from '../../invariant.ts';
import type { Period } from '../../period.ts';
import type { StagedRows } from '../../staged-rows.ts';
import type { ColumnShape, Table, TableShape } from '../../vocabulary/tables.ts';
import type { Value, ValueRow, WarehouseWriter } from '../../warehouse.ts';
import type { BigQueryAddress } from '../client/address.ts';
import type { Jobs } from '../client/jobs.ts';
import { columnShape } from '../client/types.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { pathOf } from '../schema/names.ts';
import { AppendedRows } from './appended-rows.ts';
import { Commit } from './commit.ts';
import { CommitGuard } from './commit-guard.ts';
import { Overlay } from './overlay.ts';
import { RebuiltTables } from './rebuilt-tables.ts';
import { ScratchDataset } from './scratch-dataset.ts';
import { Steps } from './steps.ts';

export interface Engine {
  readonly address: BigQueryAddress;
  readonly jobs: Jobs;
  readonly catalogue: Catalogue;
}

/**
 * One transaction. Its rows, rebuilt models and steps are in scratch tables, visible to itself only, until `commit`. Tables, columns
 * and views are created immediately and are not rolled back: a migration would create them anyway, and they are empty.
 */
export class BigQueryWriter implements WarehouseWriter {
  readonly #engine: Engine;
  readonly #scratch: ScratchDataset;
  readonly #staging: AppendedRows;
  readonly #rebuild: RebuiltTables;
  readonly #steps: Steps;
  readonly #overlay: Overlay;
  /** Undefined for `withRollback`, which never commits. */
  readonly #guard: CommitGuard | undefined;
  #begun: Promise<void> | undefined;
  #commit: Commit | undefined;

  constructor(engine: Engine, { end }: { end: 'commit' | 'rollback' }) {
    const { address, catalogue, jobs } = engine;
    this.#guard = end === 'commit' ? new CommitGuard(jobs, address) : undefined;
    this.#engine = engine;
    this.#scratch = new ScratchDataset(catalogue, address);
    this.#staging = new AppendedRows(this.#scratch, { jobs, rawIsLoaded: address.raw !== undefined });
    this.#rebuild = new RebuiltTables(this.#scratch, engine);
    this.#steps = new Steps(this.#scratch, jobs);
    const [scratch, staging, rebuild, steps] = [this.#scratch, this.#staging, this.#rebuild, this.#steps];
    this.#overlay = new Overlay({ catalogue, address, scratch, staging, rebuild, steps });
  }

  async query<R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> {
    await this.#begin();
    const { jobs } = this.#engine;
    return jobs.rows<R>(await this.#overlay.resolve(sql), parameters);
  }

  async *stream<R extends ValueRow>(sql: string, parameters: readonly Value[] = []): AsyncGenerator<R[]> {
    await this.#begin();
    const { jobs } = this.#engine;
    yield* jobs.pages<R>(await jobs.query(await this.#overlay.resolve(sql), parameters));
  }

  describe(dataset: string): Promise<ReadonlyMap<string, readonly ColumnShape[]>> {
    return this.#engine.catalogue.describe(dataset);
  }

  async describeQuery(sql: string): Promise<readonly ColumnShape[]> {
    const { fields } = await this.#engine.jobs.dryRun(this.#overlay.described(sql));
    return fields.map(columnShape);
  }

  async append(table: TableShape, rows: readonly ValueRow[]): Promise<void> {
    await this.#begin();
    this.#assertNotRebuilt(table);
    await this.#staging.append(table, rows);
  }

  appendStaged(table: TableShape, staged: StagedRows): Promise<void> {
    invariant('rows' in staged, `The rows for ${table.name} are prepared for another engine.`);
    return this.append(table, staged.rows);
  }

  async replaceRows(table: TableShape, rows: readonly ValueRow[]): Promise<void> {
    await this.#begin();
    this.#assertNotRebuilt(table);
    await this.#staging.replace(table, rows);
  }

  async replaceTable(table: Table, select: string): Promise<number> {
    await this.#begin();
    this.#assertNotStaged(table);
    return this.#rebuild.table(table, await this.#overlay.resolve(select));
  }

  async replacePartition(table: Table, period: Period, select: string): Promise<number> {
    await this.#begin();
    this.#assertNotStaged(table);
    return this.#rebuild.partition(table, period, await this.#overlay.resolve(select));
  }

  async createStep(step: Table, select: string): Promise<number> {
    await this.#begin();
    return this.#steps.create(step, await this.#overlay.resolve(select));
  }

  createEmptySteps(steps: readonly Table[]): Promise<void> {
    return this.#steps.createEmpty(steps);
  }

  async migrate(tables: readonly TableShape[]): Promise<void> {
    await this.#engine.catalogue.migrate(tables);
  }

  async createView(view: TableShape & { readonly sql: string }): Promise<void> {
    await this.#engine.catalogue.createView(view);
    this.#overlay.invalidateViews();
  }

  /**
   * Publishes the transaction: first the models, atomically per table or partition; then all else in one step. A conflicting
   * transaction publishes nothing. Models without rows are published after the commit, so that any transaction that began
   * earlier conflicts.
   */
  async commit(key: string | undefined): Promise<void> {
    const { address, catalogue, jobs } = this.#engine;
    const staged = await this.#staging.toStatements((name) => pathOf(name, address));
    const statements = [...staged, ...this.#rebuild.statements()];
    const [hasRows, hasModels] = [statements.length > 0, this.#rebuild.hasModels];
    if (!hasRows && !hasModels) return;
    const guard = requirePresent(this.#guard, 'A transaction of withRollback cannot be committed.');
    const attempt = this.#scratch.id;
    // Models without rows need no key: rebuilding them again is harmless.
    this.#commit = new Commit({ jobs, address, catalogue, key: hasRows ? key : undefined, attempt });
    await this.#commit.prepare();
    if (hasRows && hasModels) await guard.assertUnchanged();
    if (hasRows) await this.#rebuild.publish();
    await this.#commit.run([...guard.statements(attempt), ...statements]);
    if (!hasRows) await this.#rebuild.publish();
  }

  /** Loads the appended rows into scratch tables, so that BigQuery says whether it takes them. */
  loadRows(): Promise<void> {
    return this.#staging.loadAll();
  }

  /** Drops the scratch tables, unless a job may still read them. */
  async end(): Promise<void> {
    if (!this.#commit?.mayBeRunning) await this.#scratch.clear();
  }

  /** Runs once, before the first read or write. */
  #begin(): Promise<void> {
    this.#begun ??= Promise.resolve(this.#guard?.begin()).then(() => this.#engine.catalogue.refreshLoaded());
    return this.#begun;
  }

  #assertNotRebuilt({ name }: TableShape): void {
    invariant(
      !this.#rebuild.pathOf(name),
      `Rows cannot be written to ${name}: this transaction has rebuilt the table.`,
    );
  }

  #assertNotStaged({ name }: TableShape): void {
    invariant(!this.#staging.has(name), `${name} cannot be rebuilt: this transaction has written rows to the table.`);
  }
}
