import type { ColumnShape } from '../../warehouse/vocabulary/tables.ts';

/** Pieces of SQL that both engines read alike. */

/** `2026-01-31T00:00:00.000Z` as a literal. */
export function timestampLiteral(instant: string): string {
  return `timestamp '${instant.replace('T', ' ').replace('Z', '+00')}'`;
}

/** A column of a select list that is always null. */
export function nullColumn({ name, type }: ColumnShape): string {
  return `cast(null as ${type === 'json' ? 'string' : type}) as ${name}`;
}

/** The statement with something else in place of a table, wherever its full name stands. */
export function withTable(sql: string, name: string, by: string): string {
  return sql.replace(new RegExp(`\\b${name.replace('.', '\\.')}\\b`, 'g'), () => by);
}
