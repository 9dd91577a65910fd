import type { TableShape } from '../vocabulary/tables.ts';

/** Who reads published marts: finance everything, analysts everything but personal columns. */
export const BI_ROLES = ['analyst', 'finance'] as const;
export type BiRole = (typeof BI_ROLES)[number];

/** A column whose values are keys of another published table. */
export interface Reference {
  readonly column: string;
  /** The other table, and its only key column. */
  readonly table: string;
  readonly to: string;
}

/** A mart as it is published. Its name has no dataset: `royalties`. */
export interface PublishedTable extends TableShape {
  readonly key: readonly string[];
  readonly references: readonly Reference[];
}

/** The tables of which finance sees more than analysts: more columns, or any. */
export function wholeForFinance({
  analyst,
  finance,
}: Readonly<Record<BiRole, readonly PublishedTable[]>>): readonly PublishedTable[] {
  const shared = new Map(analyst.map((table) => [table.name, table]));
  return finance.filter(({ name, columns }) => shared.get(name)?.columns.length !== columns.length);
}

/** The column by which a table is published in parts. */
export const PART_COLUMN = 'period';

/** Whether a table is published period by period; one that has a row for each period is too small for that. */
export function isInParts({ key }: Pick<PublishedTable, 'key'>): boolean {
  return key.includes(PART_COLUMN) && key.length > 1;
}

/** The columns whose sums are compared. */
export function summedColumns({ columns }: Pick<PublishedTable, 'columns'>): string[] {
  return columns.filter(({ type }) => type === 'int64' || type === 'numeric').map(({ name }) => name);
}
