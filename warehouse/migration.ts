import { Conflict } from './errors.ts';
import type { ColumnShape, ColumnType, TableShape } from './vocabulary/tables.ts';

/**
 * The declared columns that the table in the warehouse does not have yet. `existing` maps the names of its columns to the
 * engine's names of their types. Throws `Conflict` if a column has another type.
 */
export function findMissingColumns(
  table: TableShape,
  { existing, typeName }: { existing: ReadonlyMap<string, string>; typeName: (type: ColumnType) => string },
): ColumnShape[] {
  return table.columns.filter((column) => {
    const [actual, expected] = [existing.get(column.name), typeName(column.type)];
    if (actual === undefined || actual === expected) return actual === undefined;
    throw new Conflict(
      `The table ${table.name} cannot be migrated: its column ${column.name} is ${actual} in the warehouse but ${expected} in this version. Columns never change their type; use a new name.`,
    );
  });
}
