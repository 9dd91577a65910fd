import type { BoundQuery } from './named-queries.ts';
import { ALL_PARTITIONS, type TableShape } from './vocabulary/tables.ts';

/**
 * Statements for any declared table. They are composed, because table, filters and page are chosen at run time; tables and
 * columns come from declarations, and every value from outside is a parameter.
 */

type SelectedTable = Pick<TableShape, 'name' | 'columns' | 'layout'>;

export interface RowSelection {
  /** The required values of columns; undefined for any value. */
  readonly where?: Readonly<Record<string, string | undefined>>;
  readonly orderBy?: readonly string[];
  /** The values of the `orderBy` columns of the last row before the page. */
  readonly after?: readonly string[] | undefined;
  /** The maximum number of rows. */
  readonly limit?: number;
}

/** The rows of a table. */
export function selectRows(
  { name, columns, layout }: SelectedTable,
  { where = {}, orderBy = [], after, limit }: RowSelection = {},
): BoundQuery {
  const parameters: string[] = [];
  const bound = (value: string): string => `$${parameters.push(value)}`;
  const conditions = [
    ...(layout?.filterRequired ? [ALL_PARTITIONS] : []),
    ...Object.entries(where).flatMap(([column, value]) => (value === undefined ? [] : [`${column} = ${bound(value)}`])),
    ...(after ? [isAfter(orderBy, after.map(bound))] : []),
  ];
  const clauses = [
    `select ${columns.map((column) => column.name).join(', ')}`,
    `from ${name}`,
    ...(conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : []),
    ...(orderBy.length > 0 ? [`order by ${orderBy.join(', ')}`] : []),
    ...(limit === undefined ? [] : [`limit ${limit}`]),
  ];
  return [clauses.join('\n'), parameters];
}

/** The number of rows of a table, as `row_count`. */
export function countRows({ name, layout }: SelectedTable): BoundQuery {
  const rows = layout?.filterRequired ? `${name} where ${ALL_PARTITIONS}` : name;
  return [`select count(*) as row_count from ${rows}`, []];
}

/** Compares by the first column, then by the second, and so on. */
function isAfter(orderBy: readonly string[], after: readonly string[]): string {
  const later = orderBy.map((column, index) =>
    [...orderBy.slice(0, index).map((before, at) => `${before} = ${after[at]}`), `${column} > ${after[index]}`].join(
      ' and ',
    ),
  );
  return `(${later.map((each) => `(${each})`).join(' or ')})`;
}
