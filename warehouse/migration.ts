import { Conflict } from './errors.ts';
import type { ColumnShape, ColumnType, TableShape } from './vocabulary/tables.ts';

/**
 * The columns that a table of the warehouse does not have yet. `existing` has its columns by name, with the type that the
 * engine calls by `typeName`. Throws `Conflict` where a column has another type.
 */
export function missingColumns(
  table: TableShape,
  { existing, typeName }: { existing: ReadonlyMap<string, string>; typeName: (type: ColumnType) => string },
): ColumnShape[] {
  return table.columns.filter((column) => {
    const [is, wanted] = [existing.get(column.name), typeName(column.type)];
    if (is === undefined || is === wanted) return is === undefined;
    throw new Conflict(
      `The column ${column.name} of ${table.name} is ${is} in the warehouse but ${wanted} in this version; columns never change their type, so use a new name.`,
    );
  });
}
