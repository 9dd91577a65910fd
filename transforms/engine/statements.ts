import { builtTableOf, type Model } from './model.ts';
import { withTable } from './sql-text.ts';
import { type BookingWindow, bindWindow } from './window.ts';

type Select = Pick<Model, 'sql' | 'reads' | 'readsPrevious'>;

/**
 * The SELECT of a model for a build of a period: its parameters are bound, and the `inline` models that it reads are part of it.
 * Of the books that are built with it, it reads the drafts themselves, which the engines plan faster than the view of drafts and
 * ledger.
 */
export function boundSql(
  model: Select,
  { window, models }: { window: BookingWindow; models: readonly Model[] },
): string {
  const inlined = ({ sql, reads }: Select): string =>
    models
      .filter(({ kind, name }) => kind === 'inline' && reads.includes(name))
      .reduce((text, read) => withTable(text, read.name, `(\n${inlined(read)}\n)`), sql);
  return bindWindow(fromDrafts(inlined(model), { of: model, models }), window);
}

function fromDrafts(
  sql: string,
  { of: { reads, readsPrevious }, models }: { of: Omit<Select, 'sql'>; models: readonly Model[] },
): string {
  return models
    .filter(({ books, name }) => books && reads.includes(name) && !readsPrevious.includes(name))
    .reduce((text, read) => withTable(text, read.name, builtTableOf(read).name), sql);
}
