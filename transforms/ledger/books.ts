import { requirePresent } from '../../warehouse/invariant.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Table, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { builtTableOf, type Model } from '../engine/model.ts';
import { nullColumn } from '../engine/sql-text.ts';
import { factKeys, LEDGER_BOOKS } from './tables.ts';

/** The models whose partitions a closing copies into the ledger. */
export function booksOf(models: readonly Model[]): readonly Model[] {
  return models.filter(({ kind, books }) => kind === 'period' && books);
}

/** The table of the ledger that has the closed periods of a model. */
function ledgerTableOf(model: Model): Table {
  const name = model.name.replace('tantieme.', 'ledger.');
  return requirePresent(
    LEDGER_BOOKS.find((table) => table.name === name),
    `${model.name} is part of the books, but there is no table ${name}; add it to transforms/ledger/tables.ts.`,
  );
}

/**
 * The view under the name of the model: closed periods from the ledger, open ones from the drafts. A period is in one of them
 * only, even between the steps of a closing that was interrupted. A column that the ledger's format does not have is null there.
 */
export function booksViewOf(model: Model): TableShape & { readonly sql: string } {
  const { name, meaning, columns } = model;
  const pinned = new Set(ledgerTableOf(model).columns.map((column) => column.name));
  const names = columns.map((column) => column.name);
  const closed = columns.map((column) => (pinned.has(column.name) ? column.name : nullColumn(column)));
  const sql = `select ${closed.join(', ')}
from ${ledgerTableOf(model).name}
where period in (select period from ledger.closes)
union all
select ${names.join(', ')}
from ${builtTableOf(model).name}
where period not in (select period from ledger.closes)`;
  return { name, meaning, columns, sql };
}

/** Copies the drafts of a period into the ledger and empties them. The period has been built in this transaction. */
export async function copyToLedger(
  writer: WarehouseWriter,
  { period, models }: { period: Period; models: readonly Model[] },
): Promise<void> {
  for (const model of booksOf(models)) {
    const [ledger, draft] = [ledgerTableOf(model), builtTableOf(model)];
    const columns = ledger.columns.map(({ name }) => name).join(', ');
    await writer.replacePartition(ledger, period, `select ${columns} from ${draft.name} where period = '${period}'`);
    await writer.replacePartition(draft, period, `select * from ${draft.name} where false`);
  }
  await writer.replacePartition(factKeys, period, newKeys(period));
}

/** The keys of the uses that are booked or came into suspense in the period; those in suspense from before have theirs already. */
const newKeys = (period: Period): string =>
  `select '${period}' as period, fn.key_hash('use:' || use_id) as key_hash, fn.key_check('use:' || use_id) as key_check
from steps.int_uses
where suspended_period is null`;
