import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { moveWarehouse } from '../../transforms/engine/move-warehouse.ts';
import { shareMarts } from '../../transforms/published/share-marts.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import { storeAddress } from '../../warehouse/settings.ts';
import { openWarehouse } from '../boot/warehouse.ts';
import { readWarehouseConfig } from '../boot/warehouse-config.ts';
import type { Act } from './command.ts';

/** Upgrades every store, which is part of opening it, and on BigQuery the views of the marts for BI tools. */
export const migrate: Act = async (args, { open }) => {
  args.require();
  const { warehouse } = (await open()).stores('The stores cannot be upgraded');
  const count = await shareMarts(warehouse);
  return { value: { migrated: true, ...(count > 0 && { shared_view_count: count }) } };
};

/** Copies a DuckDB warehouse file into the configured warehouse. */
export const moveFrom: Act = async (args, { open, environment, progress }) => {
  const [address] = args.require('The warehouse to move from');
  const { rest: path } = storeAddress('duckdb')(address);
  if (!existsSync(path)) throw new NotFound(`The warehouse file ${path} does not exist.`);
  const { warehouse: set } = readWarehouseConfig(environment());
  if (set.kind === 'duckdb' && resolve(set.path) === resolve(path)) {
    throw new Rejected(`${path} is already the configured warehouse; set WAREHOUSE_URL to the target of the move.`);
  }
  const { warehouse: to } = (await open({ acceptsNewWarehouse: true })).stores('The warehouse cannot be moved');
  const from = await openWarehouse({ kind: 'duckdb', path });
  try {
    return { value: { ...(await moveWarehouse(from, to, { onProgress: progress })) } };
  } finally {
    await from.close();
  }
};
