import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { moveWarehouse } from '../../transforms/engine/move-warehouse.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import { storeAddress } from '../../warehouse/settings.ts';
import { readWarehouseConfig } from '../boot/config.ts';
import { openWarehouse } from '../boot/warehouse.ts';
import type { Act } from './command.ts';

/** Opening the stores brings them up to date. */
export const migrate: Act = async (args, { open }) => {
  args.named();
  (await open()).stores('The stores cannot be brought up to date');
  return { value: { migrated: true } };
};

/** Moves the warehouse from one machine's file to production. */
export const moveFrom: Act = async (args, { open, environment, progress }) => {
  const [address] = args.named('The warehouse to move from');
  const { rest: path } = storeAddress('duckdb')(address);
  if (!existsSync(path)) throw new NotFound(`There is no file ${path}.`);
  const { warehouse: set } = readWarehouseConfig(environment());
  if (set.kind === 'duckdb' && resolve(set.path) === resolve(path)) {
    throw new Rejected(`${path} is the warehouse that is set already; set WAREHOUSE_URL to where it shall go.`);
  }
  const { warehouse: to } = (await open({ acceptsNewWarehouse: true })).stores('The warehouse cannot be moved');
  const from = await openWarehouse({ kind: 'duckdb', path });
  try {
    return { value: { ...(await moveWarehouse(from, to, { onProgress: progress })) } };
  } finally {
    await from.close();
  }
};
