import { invariant } from '../../warehouse/invariant.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { builtTableOf, type Model } from '../engine/model.ts';
import { LEDGER_TABLES } from './tables.ts';

const QUERIES = readQueries(import.meta.url, 'books.queries.sql', { earlier_drafts: ['period'] });

/** The models that are drafts while a period is open and in the ledger once it is closed. */
export function booksOf(models: readonly Model[]): readonly Model[] {
  return models.filter(({ kind, books }) => kind === 'period' && books);
}

/**
 * The tables of the ledger: the columns of its format, and those that a later version of a model has added, which are optional there
 * and not sealed.
 */
export function ledgerTables(models: readonly Model[]): readonly TableShape[] {
  const books = new Map(booksOf(models).map((model) => [builtTableOf(model, 'ledger').name, model]));
  for (const [name, model] of books) {
    invariant(
      LEDGER_TABLES.some((table) => table.name === name),
      `${model.name} is part of the books, but there is no table ${name}; add it to transforms/ledger/tables.ts.`,
    );
  }
  return LEDGER_TABLES.map((table) => {
    const pinned = new Set(table.columns.map((column) => column.name));
    const added = books.get(table.name)?.columns.filter((column) => !pinned.has(column.name)) ?? [];
    return { ...table, columns: [...table.columns, ...added.map((column) => ({ ...column, optional: true }))] };
  });
}

/**
 * The view under the name of the model: closed periods from the ledger, open ones from the drafts. A period is in one of them
 * only, even between the steps of a closing that was interrupted.
 */
export function booksViewOf(model: Model): TableShape & { readonly sql: string } {
  const { name, meaning, columns } = model;
  const names = columns.map((column) => column.name).join(', ');
  const sql = `select ${names}
from ${builtTableOf(model, 'ledger').name}
where period in (select period from ledger.closes)
union all
select ${names}
from ${builtTableOf(model).name}
where period not in (select period from ledger.closes)`;
  return { name, meaning, columns, sql };
}

/** Copies the rows of a model that a closing has built into the ledger to its drafts, where the view shows them until it is done. */
export async function copyToDrafts(writer: WarehouseWriter, period: Period, model: Model): Promise<void> {
  await writer.replacePartition(builtTableOf(model), period, builtRowsOf(model, period));
}

/** The rows of a model that a closing has built into the ledger. */
export function builtRowsOf(model: Model, period: Period): string {
  const names = model.columns.map((column) => column.name).join(', ');
  return `select ${names} from ${builtTableOf(model, 'ledger').name} where period = '${period}'`;
}

/**
 * Empties the drafts of the periods before one that is being closed. Its own are left: no view shows the drafts of a closed period, and
 * until the closing is recorded, which BigQuery does after it has replaced partitions, they are what the views show of it.
 */
export async function emptyEarlierDrafts(
  writer: WarehouseWriter,
  { period, models }: { period: Period; models: readonly Model[] },
): Promise<void> {
  const earlier = await writer.query<{ period: Period }>(...QUERIES.earlier_drafts(period));
  for (const draft of earlier) {
    for (const model of booksOf(models)) {
      const table = builtTableOf(model);
      await writer.replacePartition(table, draft.period, noRowsOf(table));
    }
  }
}

export function noRowsOf({ name }: Pick<TableShape, 'name'>): string {
  return `select * from ${name} where false`;
}
