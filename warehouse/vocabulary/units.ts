import type { ColumnShape } from './tables.ts';

/** What the numbers of a column count. */
export const UNITS = [
  'minor_units',
  'currency_units',
  'basis_points',
  'parts_per_million',
  'count',
  'units_of_use',
  'instant',
  'day',
  'month',
] as const;
export type Unit = (typeof UNITS)[number];

const BY_NAME: readonly (readonly [pattern: RegExp, unit: Unit])[] = [
  [/_minor$/, 'minor_units'],
  [/_bps$/, 'basis_points'],
  [/_ppm$/, 'parts_per_million'],
  [/_count$|_count_|^count_/, 'count'],
  [/^units$/, 'units_of_use'],
  [/(^|_)(amount|rate)$|_exact$/, 'currency_units'],
  [/(^|_)period$/, 'month'],
];

/** The unit of a column, which the end of its name says; undefined for a column without one. */
export function unitOf({ name, type }: Pick<ColumnShape, 'name' | 'type'>): Unit | undefined {
  if (type === 'timestamp') return 'instant';
  if (type === 'date') return 'day';
  const found = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  return type === 'int64' || type === 'numeric' || found === 'month' ? found : undefined;
}
