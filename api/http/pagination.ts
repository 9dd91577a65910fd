import { Rejected } from '../../warehouse/errors.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { Row, Table } from '../../warehouse/vocabulary/tables.ts';
import type { Value, Warehouse } from '../../warehouse/warehouse.ts';

export interface Page<T> {
  readonly data: T[];
  readonly next_cursor: string | null;
}

/** The page that the first of `limit` + 1 rows make; `keyOf` gives what the list is ordered by, and must be unique. */
export function cutPage<T>(rows: readonly T[], limit: number, keyOf: (row: T) => readonly string[]): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const next_cursor =
    rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null;
  return { data, next_cursor };
}

/** The key after which a page begins. Throws `Rejected` for a cursor that no page of such a list gave. */
export function afterCursor(cursor: string, parts: number): readonly string[] {
  const key = parsed(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(key) || key.length !== parts || !key.every((part) => typeof part === 'string')) {
    throw new Rejected('The cursor is not one that this list gave; begin without one.');
  }
  return key;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface TablePageRequest<T extends Table> {
  readonly table: T;
  /** What the rows must equal; undefined for anything. */
  readonly where: Readonly<Partial<Record<FieldName, string | undefined>>>;
  /** Text columns that order the rows and together identify one. */
  readonly orderBy: readonly (keyof Row<T> & string)[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of the rows of a warehouse table. */
export async function readPage<T extends Table>(
  warehouse: Warehouse,
  { table, where, orderBy, limit, cursor }: TablePageRequest<T>,
): Promise<Page<Row<T>>> {
  const after = cursor === undefined ? undefined : afterCursor(cursor, orderBy.length);
  const rows = await warehouse.query<Row<T> & Record<string, Value>>(
    ...selectRows(table, { where, orderBy, after, limit: limit + 1 }),
  );
  return cutPage<Row<T>>(rows, limit, (row) => orderBy.map((column) => String(row[column])));
}
