import { LANDING_TABLES } from '../../ingest/load/landing-tables.ts';
import { rawTable, rudderType } from '../../ingest/load/raw-tables.ts';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { STRIPE_TABLES } from '../../ingest/stripe/tables.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { countRows, selectRows } from '../../warehouse/table-queries.ts';
import type { Row, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { allCloses, sealOf } from '../ledger/closing.ts';
import { closes } from '../ledger/tables.ts';
import { build } from './build.ts';
import { deploy } from './deploy.ts';

export interface Moved {
  readonly tables: number;
  readonly rows: number;
  /** The closed periods whose books were computed anew and have the seal that was written down. */
  readonly periods: readonly string[];
}

/**
 * Carries a warehouse to another, empty one, whichever their engines: what came in and the closings are copied, all of it or
 * nothing; then the books of each closed period are computed there, and must have its seal. One that was interrupted after
 * the copy goes on. Throws `Conflict` where the other one holds something else, `InvariantBroken` where a seal differs.
 */
export async function moveWarehouse(
  from: Warehouse,
  to: Warehouse,
  { onProgress = () => undefined }: { onProgress?: (text: string) => void } = {},
): Promise<Moved> {
  for (const warehouse of [from, to]) await deploy(warehouse, SOURCE_TABLES);
  const tables = await tablesOf(from);
  const counts = await countsOf(from, tables);
  if (!(await isCopied(to, { tables, counts }))) await copy(from, to, { tables, counts, onProgress });
  const periods: string[] = [];
  for (const closing of await allCloses(to)) {
    await rebuild(to, closing);
    periods.push(closing.period);
    onProgress(`${closing.period} computed anew; its seal holds`);
  }
  return { tables: tables.length, rows: [...counts.values()].reduce((sum, count) => sum + count, 0), periods };
}

/** Every table that something came into, with the columns that it has grown. */
async function tablesOf(from: Warehouse): Promise<readonly TableShape[]> {
  const raw = await from.withRollback((writer) => writer.describe('raw'));
  const declared = [...LANDING_TABLES, ...STRIPE_TABLES, closes];
  const grown = [...raw].map(([name, columns]) =>
    rawTable(name, Object.fromEntries(columns.map((column) => [column.name, rudderType(column.type) ?? 'string']))),
  );
  return [...grown.filter(({ name }) => !declared.some((table) => table.name === name)), ...declared];
}

async function countsOf(warehouse: Warehouse, tables: readonly TableShape[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const [row] = await warehouse.query<{ row_count: bigint }>(...countRows(table));
    counts.set(table.name, Number(row?.row_count ?? 0n));
  }
  return counts;
}

/** Whether the other warehouse has all of it already. Throws `Conflict` where it has something else. */
async function isCopied(
  to: Warehouse,
  { tables, counts }: { tables: readonly TableShape[]; counts: ReadonlyMap<string, number> },
): Promise<boolean> {
  await to.transaction((writer) => writer.migrate(tables));
  const there = await countsOf(to, tables);
  if (tables.every(({ name }) => there.get(name) === 0)) return false;
  const other = tables.find(({ name }) => there.get(name) !== counts.get(name));
  if (!other) return true;
  throw new Conflict(
    `The warehouse cannot be moved there: ${other.name} has ${there.get(other.name)} rows already, but ${counts.get(other.name)} here; move into an empty one.`,
  );
}

async function copy(
  from: Warehouse,
  to: Warehouse,
  {
    tables,
    counts,
    onProgress,
  }: { tables: readonly TableShape[]; counts: ReadonlyMap<string, number>; onProgress: (text: string) => void },
): Promise<void> {
  await to.transaction(
    async (writer) => {
      for (const table of tables) {
        let copied = 0;
        for await (const rows of from.stream<ValueRow>(...selectRows(table))) {
          await writer.append(table, rows);
          copied += rows.length;
          onProgress(`${table.name}: ${copied} of ${counts.get(table.name)} rows`);
        }
      }
    },
    { lowMemory: true, key: 'move' },
  );
}

async function rebuild(to: Warehouse, closing: Row<typeof closes>): Promise<void> {
  const period = parsePeriod(closing.period);
  await to.transaction(async (writer) => {
    await build(writer, period, { parts: ['books', 'open'] });
    const { seal } = await sealOf(writer, { period, previousSeal: closing.previous_seal });
    invariant(
      seal === closing.seal,
      `The books of ${period} have the seal ${seal} in the new warehouse, but ${closing.seal} was written down when they were closed.`,
    );
  });
}
