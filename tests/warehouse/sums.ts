import { parsePeriod } from '../../warehouse/period.ts';
import { defineTable } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow, Warehouse } from '../../warehouse/warehouse.ts';

/** Tables of each kind, for the tests of the engines. */

export const sums = defineTable({
  name: 'ledger.sums',
  meaning: 'One row per period and creator.',
  fields: ['period', 'creator_id', 'amount_minor', 'reason?'],
  key: ['period', 'creator_id'],
});
export const model = defineTable({
  name: 'tantieme.sums',
  meaning: 'One row per period and creator.',
  fields: ['period', 'creator_id', 'amount_minor', 'reason?'],
  key: ['period', 'creator_id'],
  layout: { partitionBy: 'period' },
});
export const whole = defineTable({ ...model, name: 'tantieme.all_sums', layout: {} });
export const doubled = {
  name: 'tantieme.doubled',
  meaning: 'One row per sum, with twice the amount.',
  columns: model.columns,
  sql: '-- One row per sum of ledger.sums.\nselect period, creator_id, 2 * amount_minor as amount_minor, reason from ledger.sums',
};

export const ada = (period: string, amount_minor: bigint): ValueRow => ({ period, creator_id: 'cr_ada', amount_minor });
export const [JANUARY, FEBRUARY, MARCH] = ['2026-01', '2026-02', '2026-03'].map(parsePeriod) as [never, never, never];
/** A SELECT that returns rows with these amounts in minor units. */
export const selectOf = (...rows: readonly [period: string, amount: number][]): string =>
  rows
    .map(
      ([period, amount]) =>
        `select '${period}' as period, 'cr_ada' as creator_id, ${amount} as amount_minor, 'x' as reason`,
    )
    .join(' union all ');

/** The periods and amounts in a table, in order. */
export async function amountsIn(
  table: string,
  reader: Pick<Warehouse, 'query'>,
): Promise<[period: Value | undefined, amount: Value | undefined][]> {
  const rows = await reader.query(`select period, amount_minor from ${table} order by period, amount_minor`);
  return rows.map(({ period, amount_minor }) => [period, amount_minor]);
}
