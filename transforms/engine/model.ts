import { existsSync, readFileSync } from 'node:fs';
import { type NamedQuery, parseNamedQueries } from '../../warehouse/named-queries.ts';
import type { Column, FieldName } from '../../warehouse/vocabulary/fields.ts';
import { defineTable, type Table } from '../../warehouse/vocabulary/tables.ts';

type ModelKind = 'view' | 'step' | 'inline' | 'period';

/**
 * A model: one SELECT in `<name>.sql`, its checks in `<name>.checks.sql`, and its declaration.
 *
 * - `view`: a view that is computed on every read.
 * - `step`: a temporary table of a build; only the models of the same build read it.
 * - `inline`: a step that is not stored; each reader computes it.
 * - `period`: a table partitioned by period, of which a build replaces one partition. Those marked `books` are drafts until
 *   the period closes, which writes them to the ledger; their table is a view of both.
 *
 * The SELECT of a step or period may use the parameters of `window.ts`.
 */
export interface Model<C extends Column = Column> extends Table<C> {
  readonly kind: ModelKind;
  readonly books: boolean;
  /** The full name of every table that the SELECT reads. */
  readonly reads: readonly string[];
  /** The full name of every table of which the SELECT reads earlier periods only. */
  readonly readsPrevious: readonly string[];
  /** The rows of views that a build lets it read. */
  readonly within: readonly Within[];
  /** For a step that has the rows of a view, by the same key: that view. The step is checked in its place, as far as it has the columns. */
  readonly copyOf?: string | undefined;
  /** Queries whose rows are failures. */
  readonly checks: readonly NamedQuery[];
  /** The name of its file, without `.sql`: its own, or that of the model whose SELECT it has for other steps. */
  readonly file: string;
  /** The SELECT, as in the file. */
  readonly sql: string;
}

/**
 * A build computes `view` from those rows only whose `column` is in the step `ids`, which has one column: all reports or versions of a thing, or none.
 * For a model whose rows of the period are the same without it; it then costs what the period has, not what all of them have.
 */
export interface Within {
  readonly view: Model;
  readonly column: FieldName;
  readonly ids: Model;
  /** Whether the ids are all of a period: if that is most of what there is, reading all costs less than looking for them. */
  readonly isOfPeriod: boolean;
}

interface ModelDeclaration<C extends Column> {
  readonly name: string;
  readonly kind: ModelKind;
  readonly books?: boolean;
  readonly reads: readonly string[];
  readonly readsPrevious?: readonly string[];
  readonly within?: readonly Within[];
  readonly copyOf?: string;
  readonly fields: readonly C[];
  readonly key: readonly FieldName[];
}

/** The columns by which marts are filtered most. BigQuery prunes by them: a filter of `period` does not name a partition. */
const CLUSTERS: readonly Column[] = ['period', 'creator_id', 'asset_id'];

export function clustersOf(fields: readonly Column[]): readonly string[] {
  return CLUSTERS.filter((field) => fields.includes(field));
}

/** Declares the model whose SQL and checks are beside the file at `url`; its meaning is the comment at the top of the SQL. */
export function defineModel<const C extends Column>(url: string, declaration: ModelDeclaration<C>): Model<C> {
  const sql = readFileSync(new URL(`./${declaration.name}.sql`, url), 'utf8');
  const meaning = /^(-- .+\n)+/.exec(sql)?.[0].replace(/^-- /gm, '').replaceAll('\n', ' ').trim();
  if (!meaning)
    throw new TypeError(`${declaration.name}.sql has no meaning: start it with a comment such as "-- One row per …".`);
  const { name, fields, key, kind, reads, readsPrevious = [], books = false, within = [], copyOf } = declaration;
  const layout = kind === 'period' ? ({ partitionBy: 'period', clusterBy: clustersOf(fields) } as const) : {};
  const dataset = kind === 'step' || kind === 'inline' ? 'steps' : 'tantieme';
  const table = defineTable({ name: `${dataset}.${name}`, meaning, fields, key, layout });
  return { ...table, kind, books, reads, readsPrevious, within, copyOf, checks: checksOf(name, url), file: name, sql };
}

/** The queries of `<name>.checks.sql`; none if there is no such file. */
function checksOf(name: string, url: string): readonly NamedQuery[] {
  const file = new URL(`./${name}.checks.sql`, url);
  return existsSync(file) ? parseNamedQueries(readFileSync(file, 'utf8'), `${name}.checks.sql`) : [];
}

/** The full name of every table that a build of a model reads. */
export function readsOfBuild({ reads, within }: Pick<Model, 'reads' | 'within'>): readonly string[] {
  return [...reads, ...within.map(({ ids }) => ids.name)];
}

/** Where a build writes the models of the books: to the drafts of an open period or, as a part of its closing, to the ledger. */
export type Destination = 'draft' | 'ledger';

/** The table in which a build writes a model of the kind `period`. */
export function builtTableOf(model: Model, into: Destination = 'draft'): Model {
  return model.books ? { ...model, name: model.name.replace('tantieme.', `${into}.`) } : model;
}
