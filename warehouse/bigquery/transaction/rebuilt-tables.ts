import { isQueried } from '../../datasets.ts';
import { invariant } from '../../invariant.ts';
import type { Period } from '../../period.ts';
import type { Table, TableShape } from '../../vocabulary/tables.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { Jobs } from '../client/jobs.ts';
import type { Catalogue } from '../schema/catalogue.ts';
import { pathOf, quoted, quotedPath, type TablePath } from '../schema/names.ts';
import { partitionTime } from '../schema/partition-time.ts';
import { referenceTo } from '../schema/table-resource.ts';
import type { ScratchDataset } from './scratch-dataset.ts';

/** A table that a transaction rebuilds, as a whole or by period. */
interface Rebuilt {
  readonly path: TablePath;
  readonly table: TableShape;
  readonly isWhole: boolean;
  /** The number of rows of each period that was replaced. */
  readonly periods: Map<Period, number>;
}

/**
 * The tables that a transaction rebuilds: in scratch tables, where they are checked. Models are published by copy jobs at its end,
 * periods of other tables by the script that commits its rows, so that a closing and its books are written both or not at all.
 */
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

  /** The scratch table of a rebuilt table. */
  pathOf(name: string): TablePath | undefined {
    return this.#tables.get(name)?.path;
  }

  /** The names in `select` are already resolved; it may read tables that were rebuilt before. */
  async table(table: Table, select: string): Promise<number> {
    invariant(
      table.layout?.partitionBy === undefined,
      `The table ${table.name} cannot be replaced as a whole: it is partitioned.`,
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
      `A period of ${table.name} cannot be replaced: the table is not partitioned by period.`,
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

  /** Whether there is something to publish by copies. */
  get hasModels(): boolean {
    return [...this.#tables.values()].some((rebuilt) => !isByScript(rebuilt));
  }

  /** Replaces the published models by the rebuilt ones; atomic for each table or partition, but not for all of them together. */
  async publish(): Promise<void> {
    const models = [...this.#tables.values()].filter((rebuilt) => !isByScript(rebuilt));
    await inParallel(models, (rebuilt) => this.#publish(rebuilt));
  }

  /** The statements that replace the rebuilt periods of all other tables. */
  statements(): string[] {
    return [...this.#tables.values()].filter(isByScript).flatMap(({ path, table, periods }) => {
      const base = quotedPath(pathOf(table.name, this.#address));
      const names = table.columns.map(({ name }) => quoted(name)).join(', ');
      return [...periods.keys()].flatMap((period) => {
        const at = partitionTime(period);
        return [
          `delete from ${base} where _PARTITIONTIME = ${at}`,
          `insert into ${base} (_PARTITIONTIME, ${names}) select ${at}, ${names} from ${quotedPath(path)} where _PARTITIONTIME = ${at}`,
        ];
      });
    });
  }

  async #publish({ path, table, isWhole, periods }: Rebuilt): Promise<void> {
    const base = pathOf(table.name, this.#address);
    if (isWhole) await this.#copy(path, { to: base, writeDisposition: 'WRITE_TRUNCATE' });
    for (const [period, rows] of periods) {
      const [from, to] = [partitionOf(path, period), partitionOf(base, period)];
      if (rows > 0) await this.#copy(from, { to, writeDisposition: 'WRITE_TRUNCATE' });
      else await this.#empty(table, to);
    }
    // A copy job can set the expiration of its destination, but not clear it.
    await this.#catalogue.clearExpiration(base);
  }

  async #clone(table: TableShape): Promise<Rebuilt> {
    const path = await this.#scratch.newPath();
    await this.#copy(pathOf(table.name, this.#address), { to: path, operationType: 'CLONE' });
    const rebuilt = { path, table, isWhole: false, periods: new Map<Period, number>() };
    this.#tables.set(table.name, rebuilt);
    return rebuilt;
  }

  async #copy(from: TablePath, { to, ...options }: { to: TablePath } & Record<string, unknown>): Promise<void> {
    const copy = { sourceTable: referenceTo(from), destinationTable: referenceTo(to), ...options };
    await this.#jobs.run({ operation: 'copy', configuration: { copy } });
  }

  /** Empties a partition. A partition without rows does not exist, so it cannot be copied. */
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

/** Whether periods of the table are written by the script of the commit: it is none of the models, which are built again at will. */
function isByScript({ table, isWhole }: Rebuilt): boolean {
  return !isWhole && !isQueried(table.name);
}

/** `postings` → `postings$202601`. */
function partitionOf(path: TablePath, period: Period): TablePath {
  return { ...path, table: `${path.table}$${period.replace('-', '')}` };
}

function selectInto({ columns }: TableShape, select: string): string {
  return `select ${columns.map(({ name }) => quoted(name)).join(', ')} from (\n${select}\n) as model`;
}
