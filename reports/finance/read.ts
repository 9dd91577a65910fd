import { instant } from '../../warehouse/clock.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { BankPayout } from './compose.ts';

const QUERIES = readQueries(import.meta.url, 'finance.queries.sql', { payouts_to_bank: ['from', 'until'] });

/** The payouts to the bank that a month is about: created in it, arrived in it, or under way at its end; in the order of creation. */
export async function readBankPayouts(warehouse: Pick<Warehouse, 'query'>, period: Period): Promise<BankPayout[]> {
  return warehouse.query<BankPayout>(
    ...QUERIES.payouts_to_bank(instant(periodStart(period)), instant(periodEnd(period))),
  );
}
