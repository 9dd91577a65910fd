import { LANDING_TABLES } from '../../ingest/load/landing-tables.ts';
import { rawTable, rudderType } from '../../ingest/load/raw-tables.ts';
import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { STRIPE_TABLES } from '../../ingest/stripe/tables.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { countRows, selectRows } from '../../warehouse/table-queries.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse } from '../../warehouse/warehouse.ts';
import { ledgerTables } from '../ledger/books.ts';
import { allCloses } from '../ledger/closing.ts';
import { verifyPeriod } from '../ledger/verify.ts';
import { MODELS } from '../models.ts';
import { build } from './build.ts';
import { deploy } from './deploy.ts';

export interface Moved {
  readonly tables: number;
  readonly rows: number;
  /** The closed periods whose books were recomputed and have the recorded seal. */
  readonly periods: readonly Period[];
}

/**
 * Moves a warehouse to an empty one, of the same or another engine: copies the source tables and the ledger in one
 * transaction, then builds each closed period again by its own rules, which must give the recorded seal. A move interrupted
 * after the copy continues. Throws `Conflict` if the target has other data, `InvariantBroken` if a seal differs.
 */
export async function moveWarehouse(
  from: Warehouse,
  to: Warehouse,
  { onProgress = () => undefined }: { onProgress?: (text: string) => void } = {},
): Promise<Moved> {
  for (const warehouse of [from, to]) await deploy(warehouse, SOURCE_TABLES);
  const tables = await tablesOf(from);
  const counts = await countsOf(from, tables);
  if (!(await requireEmptyOrCopied(to, { tables, counts }))) await copy(from, to, { tables, counts, onProgress });
  const periods: Period[] = [];
  for (const closing of await allCloses(to)) {
    const period = parsePeriod(closing.period);
    await assertMoved(to, period);
    periods.push(period);
    onProgress(`${period} recomputed; the seal matches`);
  }
  return { tables: tables.length, rows: [...counts.values()].reduce((sum, count) => sum + count, 0), periods };
}

/** Every source table, with the columns that were added to it, and the ledger. */
async function tablesOf(from: Warehouse): Promise<readonly TableShape[]> {
  const raw = await from.withRollback((writer) => writer.describe('raw'));
  const declared = [...LANDING_TABLES, ...STRIPE_TABLES, ...ledgerTables(MODELS)];
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

/** Whether the target already has all rows. Throws `Conflict` if it has other data. */
async function requireEmptyOrCopied(
  to: Warehouse,
  { tables, counts }: { tables: readonly TableShape[]; counts: ReadonlyMap<string, number> },
): Promise<boolean> {
  await to.transaction((writer) => writer.migrate(tables));
  const existing = await countsOf(to, tables);
  if (tables.every(({ name }) => existing.get(name) === 0)) return false;
  const other = tables.find(({ name }) => existing.get(name) !== counts.get(name));
  if (!other) return true;
  throw new Conflict(
    `The warehouse cannot be moved: ${other.name} already has a row count of ${existing.get(other.name)} in the target, but ${counts.get(other.name)} in the source; move into an empty warehouse.`,
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

/** The copied books of a closed period match its seal, and so do those built again; then its comparison with Stripe is built. */
async function assertMoved(to: Warehouse, period: Period): Promise<void> {
  const { recorded, stored, recomputed, changed_sources } = await verifyPeriod(to, period);
  for (const [seal, books] of [
    [stored, 'The copied books'],
    [recomputed, 'The recomputed books'],
  ]) {
    invariant(
      seal === recorded,
      `${books} of ${period} have the seal ${seal} in the new warehouse, but the seal ${recorded} was recorded when the period was closed.${changed_sources.map((sentence) => ` ${sentence}`).join('')}`,
    );
  }
  await to.transaction((writer) => build(writer, period, { parts: ['open'] }));
}
