import type { Period } from '../../warehouse/period.ts';
import type { ColumnShape } from '../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { MODELS } from '../models.ts';
import { type BuildOptions, builtBy } from './build.ts';
import type { Model } from './model.ts';
import { withTable } from './sql-text.ts';
import { boundSql } from './statements.ts';
import { bindWindow, windowOf } from './window.ts';

/**
 * The bytes that the SELECTs and declared checks of a build would read from the tables as they are now, without what they read
 * from each other's steps, which is little; undefined if the warehouse does not bill for reading.
 */
export async function estimateBuild(
  warehouse: Pick<Warehouse, 'explain' | 'query' | 'engine'>,
  { period, parts }: { period: Period } & Pick<BuildOptions, 'parts'>,
): Promise<bigint | undefined> {
  if (warehouse.engine === 'duckdb') return undefined;
  const models = builtBy(parts);
  const window = await windowOf(warehouse, period);
  const queries = models.flatMap((model) => [
    ...(model.kind === 'view' || model.kind === 'inline' ? [] : [boundSql(model, { window, models: MODELS })]),
    ...model.checks.map((check) => bindWindow(check.sql, window)),
  ]);
  const bytes = await Promise.all(
    queries.map(async (sql) => (await warehouse.explain(withEmptySteps(sql, models))).byte_count ?? 0n),
  );
  return bytes.reduce((sum, each) => sum + each, 0n);
}

/** Steps do not exist outside of a build; in their place are empty rows of the same columns, in the types of BigQuery. */
export function withEmptySteps(sql: string, models: readonly Model[]): string {
  return models
    .filter(({ kind }) => kind === 'step')
    .reduce((text, { name, columns }) => {
      const empty = `(select ${columns.map(nullColumn).join(', ')} from (select 1 as one) as nothing where false)`;
      return withTable(text, name, empty);
    }, sql);
}

function nullColumn({ name, type }: ColumnShape): string {
  return `cast(null as ${type === 'json' ? 'string' : type}) as ${name}`;
}
