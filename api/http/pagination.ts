import { Rejected } from '../../warehouse/errors.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { Row, Table } from '../../warehouse/vocabulary/tables.ts';
import type { Value, Warehouse } from '../../warehouse/warehouse.ts';
import { hasUnstorableText } from './unstorable-text.ts';

export interface Page<T> {
  readonly data: T[];
  readonly next_cursor: string | null;
}

/** Makes a page of at most `limit` rows from up to `limit` + 1; `keyOf` returns the sort key, which must be unique. */
export function cutPage<T>(rows: readonly T[], limit: number, keyOf: (row: T) => readonly string[]): Page<T> {
  const data = rows.slice(0, limit);
  return { data, next_cursor: nextCursor(data, { hasMore: rows.length > limit, keyOf }) };
}

/** The cursor after a page, or null if it is the last one. */
export function nextCursor<T>(
  data: readonly T[],
  { hasMore, keyOf }: { hasMore: boolean; keyOf: (row: T) => readonly string[] },
): string | null {
  const last = data.at(-1);
  return hasMore && last !== undefined ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null;
}

/** The sort key after which a page begins. Throws `Rejected` for a cursor that is not from this list. */
export function parseCursor(cursor: string, parts: number): readonly string[] {
  const key = parsed(Buffer.from(cursor, 'base64url').toString());
  if (
    !Array.isArray(key) ||
    key.length !== parts ||
    !key.every((part) => typeof part === 'string') ||
    hasUnstorableText(key)
  ) {
    throw foreignCursor();
  }
  return key;
}

/** The instant and the id after which a page of a list begins that is sorted by them, the newest first. */
export function afterNewest(cursor: string | undefined): readonly [at: string, id: string] {
  const [at = '9999-12-31T00:00:00Z', id = ''] = cursor === undefined ? [] : parseCursor(cursor, 2);
  return [at, id];
}

/** The `entry` after which a page of a list sorted by it begins. Throws `Rejected` for a cursor that is not from such a list. */
export function parseEntry(cursor: string): bigint {
  const [entry = ''] = parseCursor(cursor, 1);
  if (!/^\d{1,18}$/.test(entry)) throw foreignCursor();
  return BigInt(entry);
}

const foreignCursor = (): Rejected =>
  new Rejected('The cursor is not from this list; use a next_cursor of this list, or start without a cursor.');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface TablePageRequest<T extends Table> {
  readonly table: T;
  /** The values that rows must have; undefined for any value. */
  readonly where: Readonly<Partial<Record<FieldName, string | undefined>>>;
  /** The text columns to sort by, which together are unique. */
  readonly orderBy: readonly (keyof Row<T> & string)[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of the rows of a warehouse table. */
export async function readPage<T extends Table>(
  warehouse: Warehouse,
  { table, where, orderBy, limit, cursor }: TablePageRequest<T>,
): Promise<Page<Row<T>>> {
  const after = cursor === undefined ? undefined : parseCursor(cursor, orderBy.length);
  const rows = await warehouse.query<Row<T> & Record<string, Value>>(
    ...selectRows(table, { where, orderBy, after, limit: limit + 1 }),
  );
  return cutPage<Row<T>>(rows, limit, (row) => orderBy.map((column) => String(row[column])));
}
