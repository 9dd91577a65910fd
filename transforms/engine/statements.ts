import { builtTableOf, type Destination, type Model } from './model.ts';
import { withTable } from './sql-text.ts';
import { type BookingWindow, bindWindow } from './window.ts';

type Select = Pick<Model, 'sql' | 'reads' | 'readsPrevious'>;

/**
 * The SELECT of a model for a build of a period: its parameters are bound, and the `inline` models that it reads are part of it.
 * Of the books that are built with it, it reads the tables in which they are built, not the view of drafts and ledger.
 */
export function boundSql(
  model: Select,
  { window, models, into }: { window: BookingWindow; models: readonly Model[]; into?: Destination },
): string {
  const inlined = ({ sql, reads }: Select): string =>
    models
      .filter(({ kind, name }) => kind === 'inline' && reads.includes(name))
      .reduce((text, read) => withTable(text, read.name, `(\n${inlined(read)}\n)`), sql);
  const { reads, readsPrevious } = model;
  const isPrevious = ({ name }: Model): boolean => readsPrevious.includes(name);
  const current = models.filter((read) => reads.includes(read.name) && !isPrevious(read));
  const sql = fromBuilt(inlined(model), current, into);
  return bindWindow(into === 'ledger' ? withOwnPeriod(sql, models.filter(isPrevious)) : sql, window);
}

/** The view of a model does not show the period that is being closed: its rows are added from where they are built. */
function withOwnPeriod(sql: string, models: readonly Model[]): string {
  return models.reduce((text, model) => {
    const columns = model.columns.map(({ name }) => name).join(', ');
    const own = `select ${columns} from ${builtTableOf(model, 'ledger').name} where period = $period`;
    const both = `(select ${columns} from ${model.name} where period <> $period union all ${own})`;
    return withTable(text, model.name, both);
  }, sql);
}

/** The statement with the tables in which books are built in place of their views. */
export function fromBuilt(sql: string, models: readonly Model[], into?: Destination): string {
  return models
    .filter(({ books }) => books)
    .reduce((text, model) => withTable(text, model.name, builtTableOf(model, into).name), sql);
}
