import { invariant } from '../../invariant.ts';
import type { Period } from '../../period.ts';
import type { Table, TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { Jobs } from '../client/jobs.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { pathOf, quoted, quotedPath, type TablePath } from '../schema/names.ts';
import { referenceTo } from '../schema/table-resource.ts';
import type { ScratchDataset } from './scratch-dataset.ts';

/** A table that a transaction makes anew, in whole or by periods. */
interface Rebuilt {
  readonly path: TablePath;
  readonly table: TableShape;
  readonly isWhole: boolean;
  /** The number of rows of each period that was replaced. */
  readonly periods: Map<Period, number>;
}

/** The models that a transaction makes anew: on its scratch, where they are checked, and published by copies at its end. */
export class RebuiltTables {
  readonly #scratch: ScratchDataset;
  readonly #jobs: Jobs;
  readonly #address: BigQueryAddress;
  readonly #catalogue: Catalogue;
  readonly #tables = new Map<string, Rebuilt>();

  constructor(
    scratch: ScratchDataset,
    { jobs, address, catalogue }: { jobs: Jobs; address: BigQueryAddress; catalogue: Catalogue },
  ) {
    this.#scratch = scratch;
    this.#catalogue = catalogue;
    this.#jobs = jobs;
    this.#address = address;
  }

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  /** Where a table stands that was made anew. */
  pathOf(name: string): TablePath | undefined {
    return this.#tables.get(name)?.path;
  }

  /** `select` is resolved already, and may read what was made anew before. */
  async table(table: Table, select: string): Promise<number> {
    invariant(
      table.layout?.partitionBy === undefined,
      `${table.name} has partitions, and cannot be replaced as a whole.`,
    );
    const path = await this.#scratch.makeTable(table);
    const rows = await this.#jobs.queryInto(selectInto(table, select), {
      path,
      layout: table.layout,
      disposition: 'WRITE_APPEND',
    });
    this.#tables.set(table.name, { path, table, isWhole: true, periods: new Map() });
    return rows;
  }

  async partition(table: Table, period: Period, select: string): Promise<number> {
    invariant(
      table.layout?.partitionBy === 'period',
      `${table.name} has no partition a period that could be replaced.`,
    );
    const { path, periods } = this.#tables.get(table.name) ?? (await this.#clone(table));
    const sql = `${selectInto(table, select)} where period = '${period}'`;
    const rows = await this.#jobs.queryInto(sql, {
      path: partitionOf(path, period),
      layout: table.layout,
      disposition: 'WRITE_TRUNCATE',
    });
    periods.set(period, rows);
    return rows;
  }

  /** Puts what was made anew in the place of what was there: each table or partition at once, but not all of them. */
  async publish(): Promise<void> {
    await inParallel(this.#tables.values(), (rebuilt) => this.#publish(rebuilt));
  }

  async #publish({ path, table, isWhole, periods }: Rebuilt): Promise<void> {
    const base = pathOf(table.name, this.#address);
    if (isWhole) await this.#copy(path, { to: base, writeDisposition: 'WRITE_TRUNCATE' });
    for (const [period, rows] of periods) {
      const [from, to] = [partitionOf(path, period), partitionOf(base, period)];
      if (rows > 0) await this.#copy(from, { to, writeDisposition: 'WRITE_TRUNCATE' });
      else await this.#empty(table, to);
    }
    // A copy can be told when its destination is to go, but not that it never is.
    await this.#catalogue.keep(base);
  }

  async #clone(table: TableShape): Promise<Rebuilt> {
    const path = await this.#scratch.place();
    await this.#copy(pathOf(table.name, this.#address), { to: path, operationType: 'CLONE' });
    const rebuilt = { path, table, isWhole: false, periods: new Map<Period, number>() };
    this.#tables.set(table.name, rebuilt);
    return rebuilt;
  }

  async #copy(from: TablePath, { to, ...how }: { to: TablePath } & Record<string, unknown>): Promise<void> {
    const copy = { sourceTable: referenceTo(from), destinationTable: referenceTo(to), ...how };
    await this.#jobs.run({ what: 'copy', configuration: { copy } });
  }

  /** A partition without rows does not exist, and cannot be copied. */
  async #empty({ columns, layout }: TableShape, path: TablePath): Promise<void> {
    const base = quotedPath({ ...path, table: path.table.replace(/\$\d+$/, '') });
    const names = columns.map(({ name }) => quoted(name)).join(', ');
    await this.#jobs.queryInto(`select ${names} from ${base} where false`, {
      path,
      layout,
      disposition: 'WRITE_TRUNCATE',
    });
  }
}

/** `postings` → `postings$202601`. */
function partitionOf(path: TablePath, period: Period): TablePath {
  return { ...path, table: `${path.table}$${period.replace('-', '')}` };
}

function selectInto({ columns }: TableShape, select: string): string {
  return `select ${columns.map(({ name }) => quoted(name)).join(', ')} from (\n${select}\n) as model`;
}
