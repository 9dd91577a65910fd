import type { WarehouseWriter } from '../../warehouse/warehouse.ts';

/** What a load of events does within its transaction. */
export type LoadWriter = Pick<
  WarehouseWriter,
  'query' | 'describe' | 'migrate' | 'append' | 'appendStaged' | 'replaceRows'
>;
