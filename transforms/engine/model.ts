import { existsSync, readFileSync } from 'node:fs';
import { type NamedQuery, parseNamedQueries } from '../../warehouse/named-queries.ts';
import type { Column, FieldName } from '../../warehouse/vocabulary/fields.ts';
import { defineTable, type Table } from '../../warehouse/vocabulary/tables.ts';

export type ModelKind = 'view' | 'whole' | 'period';

/**
 * A model: one SELECT in `<name>.sql`, its checks in `<name>.checks.sql`, and what is declared of it. `view`: computed whenever
 * it is read. `whole`: a table that is made anew whenever a period is built. `period`: a table whose partition of a period is
 * replaced when the period is built; `books` ones are frozen when the period closes.
 */
export interface Model<C extends Column = Column> extends Table<C> {
  readonly kind: ModelKind;
  readonly books: boolean;
  /** Every table that the SELECT reads, by its full name. */
  readonly reads: readonly string[];
  /** Queries whose rows are failures. */
  readonly checks: readonly NamedQuery[];
  /** The SELECT, as it stands in the file. */
  readonly sql: string;
}

interface ModelDeclaration<C extends Column> {
  readonly name: string;
  readonly kind: ModelKind;
  readonly books?: boolean;
  readonly reads: readonly string[];
  readonly fields: readonly C[];
  readonly key: readonly FieldName[];
}

/** What a mart is asked about: a month, of a creator, of an asset. */
const CLUSTERS: readonly Column[] = ['period', 'creator_id', 'asset_id'];

function clusters(fields: readonly Column[]): readonly string[] {
  return CLUSTERS.filter((field) => fields.includes(field));
}

/** Declares the model whose SQL and checks stand beside the file at `url`; its meaning is the comment at the top of the SQL. */
export function defineModel<const C extends Column>(url: string, declaration: ModelDeclaration<C>): Model<C> {
  const sql = readFileSync(new URL(`./${declaration.name}.sql`, url), 'utf8');
  const meaning = /^(-- .+\n)+/.exec(sql)?.[0].replace(/^-- /gm, '').replaceAll('\n', ' ').trim();
  if (!meaning) throw new TypeError(`The first line of ${declaration.name}.sql does not say what one row is.`);
  const { name, fields, key, kind, reads, books = false } = declaration;
  const layout = kind === 'period' ? ({ partitionBy: 'period', clusterBy: clusters(fields) } as const) : {};
  const table = defineTable({ name: `tantieme.${name}`, meaning, fields, key, layout });
  return { ...table, kind, books, reads, checks: checksOf(name, url), sql };
}

/** The queries of `<name>.checks.sql`; none where there is no such file. */
function checksOf(name: string, url: string): readonly NamedQuery[] {
  const file = new URL(`./${name}.checks.sql`, url);
  return existsSync(file) ? parseNamedQueries(readFileSync(file, 'utf8'), `${name}.checks.sql`) : [];
}
