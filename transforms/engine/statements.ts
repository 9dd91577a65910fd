import { builtTableOf, type Destination, type Model, type Within } from './model.ts';
import { withTable } from './sql-text.ts';
import { type BookingWindow, bindWindow } from './window.ts';

type Select = Pick<Model, 'sql' | 'reads'>;

/**
 * The SELECT of a model for a build of a period: its parameters are bound, and the `inline` models that it reads are part of it.
 * Views are part of it as far as they are read `within` something. Of the books that are built with it, it reads the tables in which they are built, not the view of drafts and ledger.
 */
export function boundSql(
  model: Pick<Model, 'sql' | 'reads' | 'readsPrevious' | 'within'>,
  { window, models, into }: { window: BookingWindow; models: readonly Model[]; into?: Destination },
): string {
  const inlined = ({ sql, reads }: Select): string =>
    models
      .filter(({ kind, name }) => kind === 'inline' && reads.includes(name))
      .reduce((text, read) => withTable(text, read.name, `(\n${inlined(read)}\n)`), sql);
  const read = models.filter((each) => model.reads.includes(each.name) || model.readsPrevious.includes(each.name));
  return bindWindow(
    fromBuilt(
      inlined({ ...model, sql: withinSql(model, { within: model.within, models }) }),
      withoutPrevious(read, { model, into }),
      into,
    ),
    window,
  );
}

/**
 * The models that another one reads where they are built. Those of which it also reads earlier periods, it reads as views; but a closing
 * reads the ledger alone: drafts of other periods may be of months that are never closed.
 */
export function withoutPrevious(
  models: readonly Model[],
  { model, into }: { model: Pick<Model, 'readsPrevious'>; into?: Destination | undefined },
): readonly Model[] {
  return into === 'ledger' ? models : models.filter(({ name }) => !model.readsPrevious.includes(name));
}

/** The statement with the tables in which books are built in place of their views. */
export function fromBuilt(sql: string, models: readonly Model[], into?: Destination): string {
  return models
    .filter(({ books }) => books)
    .reduce((text, model) => withTable(text, model.name, builtTableOf(model, into).name), sql);
}

/** The SELECT with the views that are computed from fewer rows, and the views over these, in place of their names. */
function withinSql(
  { sql, reads }: Select,
  { within, models }: Pick<Model, 'within'> & { readonly models: readonly Model[] },
): string {
  return models
    .filter(({ kind, name }) => kind === 'view' && reads.includes(name))
    .reduce((text, view) => {
      const found = within.find((each) => each.view.name === view.name);
      const inside = found ? rowsWithin(found) : withinSql(view, { within, models });
      return inside === view.sql ? text : withTable(text, view.name, `(\n${inside}\n)`);
    }, sql);
}

/** A view that reads tables of reports or records. */
function rowsWithin({ view, column, ids }: Within): string {
  const [id] = ids.key;
  return view.reads.reduce(
    (text, table) =>
      withTable(text, table, `(select * from ${table} where ${column} in (select ${id} from ${ids.name}))`),
    view.sql,
  );
}
