import { readFileSync } from 'node:fs';
import type { Column, FieldName } from '../../warehouse/vocabulary/fields.ts';
import { defineTable, type Table } from '../../warehouse/vocabulary/tables.ts';

export type ModelKind = 'view' | 'whole' | 'period';

/** A question whose rows are failures. */
export interface Check {
  /** What must hold, as one sentence. */
  readonly holds: string;
  /** One plain SELECT of what does not hold. */
  readonly failures: string;
  /** The failures have a column `period`: those of later periods than the one that is built do not stand in its way. */
  readonly hasPeriod?: true;
}

/**
 * A model: one SELECT in `<name>.sql` and what is declared of it. `view`: asked anew whenever it is read. `whole`: a table
 * that is made anew whenever a period is built. `period`: a table whose partition of a period is replaced when the period
 * is built; `books` ones are frozen when the period closes.
 */
export interface Model<C extends Column = Column> extends Table<C> {
  readonly kind: ModelKind;
  readonly books: boolean;
  /** Every table that the SELECT reads, by its full name. */
  readonly reads: readonly string[];
  readonly checks: readonly Check[];
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
  readonly checks?: readonly Check[];
}

/** What a mart is asked about: a month, of a creator, of an asset. */
const CLUSTERS: readonly Column[] = ['period', 'creator_id', 'asset_id'];

function clusters(fields: readonly Column[]): readonly string[] {
  return CLUSTERS.filter((field) => fields.includes(field));
}

/** Declares the model whose SQL stands beside the file at `url`; its meaning is the comment at the top of the SQL. */
export function defineModel<const C extends Column>(url: string, declaration: ModelDeclaration<C>): Model<C> {
  const sql = readFileSync(new URL(`./${declaration.name}.sql`, url), 'utf8');
  const meaning = /^(-- .+\n)+/.exec(sql)?.[0].replace(/^-- /gm, '').replaceAll('\n', ' ').trim();
  if (!meaning) throw new TypeError(`The first line of ${declaration.name}.sql does not say what one row is.`);
  const { name, fields, key, kind, reads, books = false, checks = [] } = declaration;
  const layout = kind === 'period' ? ({ partitionBy: 'period', clusterBy: clusters(fields) } as const) : {};
  const table = defineTable({ name: `tantieme.${name}`, meaning, fields, key, layout });
  return { ...table, kind, books, reads, checks, sql };
}
