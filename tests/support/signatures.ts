import type { ColumnShape } from '../../warehouse/vocabulary/tables.ts';

/** Names and types of columns, in their order; JSON is stored as text in every engine. */
export function signatureOf(columns: readonly ColumnShape[]): string[] {
  return columns.map(({ name, type }) => `${name} ${type === 'json' ? 'string' : type}`);
}
