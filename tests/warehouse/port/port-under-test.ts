import type { Warehouse } from '../../../warehouse/warehouse.ts';
import type { amountsIn } from '../sums.ts';

/** An engine with an empty warehouse for each test, in which the tables of `sums.ts` are. */
export interface PortUnderTest {
  readonly warehouse: Warehouse;
  /** Opens another warehouse in place of one that was closed. */
  reopen(): Promise<void>;
  /** The periods and amounts of a table, in order, as everyone sees them or as a writer does. */
  rowsOf(table: string, reader?: Pick<Warehouse, 'query'>): ReturnType<typeof amountsIn>;
  /** Those of `ledger.sums`. */
  all(reader?: Pick<Warehouse, 'query'>): ReturnType<typeof amountsIn>;
}
