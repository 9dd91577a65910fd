import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOURCE_TABLES } from '../../../ingest/load/source-tables.ts';
import { deploy } from '../../../transforms/engine/deploy.ts';
import { LEDGER_TABLES } from '../../../transforms/ledger/tables.ts';
import { MODELS } from '../../../transforms/models.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';

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
  const models = MODELS.filter(({ kind }) => kind === 'view' || kind === 'period');
  const names = [...SOURCE_TABLES, ...models, ...LEDGER_TABLES].map(({ name }) => name);
  expect(once).toEqual(expect.arrayContaining([...names, 'seeds.periods']));
  await deploy(warehouse, SOURCE_TABLES);
  expect(await relations()).toEqual(once);
});

test("the limits of Stripe's fees are those of the deployment where it has its own", async () => {
  const limits = async () =>
    warehouse.query(
      `select cash_movement, most_fee_bps, most_fixed_minor from seeds.stripe_fee_limits
      where currency = 'EUR' and cash_movement in ('charge', 'dispute') order by cash_movement`,
    );
  const own = { cash_movement: 'charge', currency: 'EUR', most_fee_bps: 325n, most_fixed_minor: 25n } as const;
  const dispute = { cash_movement: 'dispute', most_fee_bps: 0n, most_fixed_minor: 30_00n };
  await deploy(warehouse, SOURCE_TABLES, { stripeFeeLimits: [own] });
  expect(await limits()).toEqual([{ cash_movement: 'charge', most_fee_bps: 325n, most_fixed_minor: 25n }, dispute]);
  await deploy(warehouse, SOURCE_TABLES);
  expect(await limits()).toEqual([{ cash_movement: 'charge', most_fee_bps: 600n, most_fixed_minor: 40n }, dispute]);
});

test('seeds are loaded again on every deployment', async () => {
  await deploy(warehouse, SOURCE_TABLES);
  const fees = 'select * from seeds.platform_fees order by license_type';
  const seeded = await warehouse.query(fees);
  await warehouse.transaction((writer) => writer.query('update seeds.platform_fees set fee_bps = 1'));
  await deploy(warehouse, SOURCE_TABLES);
  expect(await warehouse.query(fees)).toEqual(seeded);
});
