import type { BoundQuery } from './named-queries.ts';
import { ALL_PARTITIONS, type TableShape } from './vocabulary/tables.ts';

/**
 * Statements about any declared table. Composed, because the table, the filters and the page are chosen at run time; tables and
 * columns come from declarations, and all that comes from outside is a parameter.
 */

type SelectedTable = Pick<TableShape, 'name' | 'columns' | 'layout'>;

export interface RowSelection {
  /** What columns must equal; undefined for anything. */
  readonly where?: Readonly<Record<string, string | undefined>>;
  readonly orderBy?: readonly string[];
  /** The values of the `orderBy` columns after which the rows begin. */
  readonly after?: readonly string[] | undefined;
  /** At most so many rows. */
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

/** How many rows a table has, as `row_count`. */
export function countRows({ name, layout }: SelectedTable): BoundQuery {
  const rows = layout?.filterRequired ? `${name} where ${ALL_PARTITIONS}` : name;
  return [`select count(*) as row_count from ${rows}`, []];
}

/** In the order of the first column; within equal ones in that of the second, and so on. */
function isAfter(orderBy: readonly string[], after: readonly string[]): string {
  const later = orderBy.map((column, index) =>
    [...orderBy.slice(0, index).map((before, at) => `${before} = ${after[at]}`), `${column} > ${after[index]}`].join(
      ' and ',
    ),
  );
  return `(${later.map((each) => `(${each})`).join(' or ')})`;
}
