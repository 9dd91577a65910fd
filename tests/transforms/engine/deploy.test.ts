import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOURCE_TABLES } from '../../../ingest/load/source-tables.ts';
import { deploy } from '../../../transforms/engine/deploy.ts';
import { MODELS } from '../../../transforms/models.ts';
import { stgRudderAssets } from '../../../transforms/staging/stg_rudder__assets.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { withModels } from '../small-month.ts';

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openDuckDb({ path: ':memory:' });
});
afterEach(() => warehouse.close());

/** The names of all tables and views, with their schemas. */
async function relations(): Promise<string[]> {
  const rows = await warehouse.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables order by name`,
  );
  return rows.map(({ name }) => name);
}

test('every model, seed and source table exists afterwards, and a second deployment changes nothing', async () => {
  await deploy(warehouse, SOURCE_TABLES);
  const once = await relations();
  const names = [...SOURCE_TABLES, ...MODELS].map(({ name }) => name);
  expect(once).toEqual(expect.arrayContaining([...names, 'ledger.closes', 'seeds.periods']));
  await deploy(warehouse, SOURCE_TABLES);
  expect(await relations()).toEqual(once);
});

test('seeds are loaded again on every deployment', async () => {
  await deploy(warehouse, SOURCE_TABLES);
  const fees = 'select * from seeds.platform_fees order by license_type';
  const seeded = await warehouse.query(fees);
  await warehouse.transaction((writer) => writer.query('update seeds.platform_fees set fee_bps = 1'));
  await deploy(warehouse, SOURCE_TABLES);
  expect(await warehouse.query(fees)).toEqual(seeded);
});

test.each([
  {
    it: 'a declared column that is missing in the SELECT',
    sql: 'select asset_id, creator_id from raw.asset_uploaded',
    gives: 'asset_id string, creator_id string',
  },
  {
    it: 'an undeclared column',
    sql: 'select asset_id, creator_id, asset_title, media_type from raw.asset_uploaded',
    gives: 'asset_id string, creator_id string, asset_title string, media_type string',
  },
  {
    it: 'a different order of columns',
    sql: 'select creator_id, asset_id, asset_title from raw.asset_uploaded',
    gives: 'creator_id string, asset_id string, asset_title string',
  },
  {
    it: 'a different type',
    sql: 'select asset_id, creator_id, timestamp as asset_title from raw.asset_uploaded',
    gives: 'asset_id string, creator_id string, asset_title timestamp',
  },
])('$it fails before anything is created', async ({ sql, gives }) => {
  const before = await relations();
  const models = MODELS.map((model) => (model.name === stgRudderAssets.name ? { ...stgRudderAssets, sql } : model));
  await expect(withModels(models, () => deploy(warehouse, SOURCE_TABLES))).rejects.toThrow(
    new InvariantBroken(
      `tantieme.stg_rudder__assets returns the columns ${gives}, but declares asset_id string, creator_id string, asset_title string.`,
    ),
  );
  expect(await relations()).toEqual(before);
});
