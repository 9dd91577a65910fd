/** Pieces of SQL that both engines read alike. */

/** `2026-01-31T00:00:00.000Z` as a literal. */
export function timestampLiteral(instant: string): string {
  return `timestamp '${instant.replace('T', ' ').replace('Z', '+00')}'`;
}

/** The statement with something else in place of a table, wherever its full name stands. */
export function withTable(sql: string, name: string, by: string): string {
  return sql.replace(new RegExp(`\\b${name.replace('.', '\\.')}\\b`, 'g'), () => by);
}
