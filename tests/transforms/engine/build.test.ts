import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../../transforms/engine/build.ts';
import type { Model } from '../../../transforms/engine/model.ts';
import { breaks } from '../../../transforms/marts/breaks.ts';
import { reconciliations } from '../../../transforms/marts/reconciliations.ts';
import { MODELS } from '../../../transforms/models.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Field } from '../../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../../warehouse/vocabulary/fields.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents, withModels } from '../small-month.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];
const RECORDED_AT = '2026-02-01T00:00:00Z';
const OVERPAID = `
\`raw.license_refunded\`
| refund_id | sale_id | amount | tax_amount | currency | refund_id_stripe | timestamp  |
| --------- | ------- | ------ | ---------- | -------- | ---------------- | ---------- |
| ref_9     | sale_1  | 50     | 0          | EUR      | re_9             | 2026-01-21 |
`;

type Reader = Pick<WarehouseWriter, 'query'>;

async function everything(reader: Reader): Promise<Record<string, ValueRow[]>> {
  const rows: Record<string, ValueRow[]> = {};
  for (const { name, kind } of MODELS) {
    if (kind !== 'view') rows[name] = await reader.query(`select * from ${name} order by all`);
  }
  return rows;
}

const buildAll = (writer: WarehouseWriter, period = january): Promise<void> =>
  build(writer, period, { parts: ['books', 'open'] });

describe('a build', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
    await recordEvents(warehouse, RECORDED_AT, JANUARY);
    await warehouse.transaction((writer) => buildAll(writer));
  });
  afterAll(() => warehouse.close());

  test('gives the same result when repeated, with or without a progress callback', async () => {
    const once = await everything(warehouse);
    expect(once['tantieme.royalties']).toHaveLength(17);
    const watched = new Map<string, number>();
    await warehouse.transaction((writer) =>
      build(writer, january, { parts: ['books', 'open'], onModel: (model, rows) => watched.set(model, rows) }),
    );
    expect(await everything(warehouse)).toEqual(once);
    expect([...watched.keys()].sort()).toEqual(Object.keys(once).sort());
    expect(watched.get('tantieme.royalties')).toBe(17);
  });

  test('does not change partitions of other periods, nor parts that were not requested', async () => {
    await warehouse.withRollback(async (writer) => {
      const marked = `insert into tantieme.breaks values ('2025-12', 'ch_old', 'charge', 'amount_differs', 'EUR', 1, 2), ('2026-01', 'ch_stale', 'charge', 'amount_differs', 'EUR', 1, 2)`;
      const flows = `select flow_id from tantieme.breaks where flow_id in ('ch_old', 'ch_stale') order by flow_id`;
      await writer.query(marked);
      await build(writer, january, { parts: ['books'] });
      expect(await writer.query(flows)).toEqual([{ flow_id: 'ch_old' }, { flow_id: 'ch_stale' }]);
      await build(writer, january, { parts: ['open'] });
      expect(await writer.query(flows)).toEqual([{ flow_id: 'ch_old' }]);
    });
  });

  test('that fails states the reason and changes nothing', async () => {
    const before = await everything(warehouse);
    await expect(
      warehouse.transaction(async (writer) => {
        await writer.query(`delete from raw.asset_published where terms_id = 'terms_manga'`);
        await buildAll(writer);
      }),
    ).rejects.toThrow(
      new InvariantBroken(
        '2026-01 cannot be built: these checks fail.\n  tantieme.int_rated_events, check terms_and_fee_in_force: Every sale and use has terms and a platform fee that were in force when it happened. This is violated by sale_4 asset_mang subscription 2026-01.',
      ),
    );
    expect(await everything(warehouse)).toEqual(before);
    expect(
      await warehouse.query(`select 1 as one from raw.asset_published where terms_id = 'terms_manga'`),
    ).toHaveLength(1);
  });
});

test('a movement may be a break in one period and, when it is recorded late, again in the next', async () => {
  const warehouse = await openTestWarehouse();
  const stripe = `
\`stripe.balance_transactions\`
| id_stripe | source_id_stripe | reporting_category | amount_minor | fee_minor | net_minor | currency | created_at |
| --------- | ---------------- | ------------------ | ------------ | --------- | --------- | -------- | ---------- |
| txn_9     | ch_9             | charge             | 6000         | 0         | 6000      | EUR      | 2026-01-31 |
`;
  const sale = `
\`raw.asset_published\`
| terms_id   | asset_id   | license_type | rate | currency | splits                                      | timestamp  |
| ---------- | ---------- | ------------ | ---- | -------- | ------------------------------------------- | ---------- |
| terms_song | asset_song | one_time     | 50   | EUR      | [{"creator_id":"cr_ada","share_bps":10000}] | 2026-01-01 |

\`raw.license_purchased\`
| sale_id | asset_id   | developer_id | amount | tax_amount | currency | charge_id_stripe | timestamp  |
| ------- | ---------- | ------------ | ------ | ---------- | -------- | ---------------- | ---------- |
| sale_9  | asset_song | dev_x        | 50     | 0          | EUR      | ch_9             | 2026-01-31 |
`;
  await recordEvents(warehouse, RECORDED_AT, stripe);
  await warehouse.transaction((writer) => buildAll(writer));
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await recordEvents(warehouse, '2026-02-03T00:00:00Z', sale);
  await warehouse.transaction((writer) => buildAll(writer, february));
  expect(await warehouse.query('select period, break_class from tantieme.breaks order by period')).toEqual([
    { period: '2026-01', break_class: 'missing_in_ledger' },
    { period: '2026-02', break_class: 'amount_differs' },
  ]);
  await warehouse.close();
});

/** What makes each check fail, on copies of the models that are plain tables. */
const BREAKING: Readonly<Record<string, string>> = {
  shares_sum_to_whole: `update tantieme.int_splits set share_bps = 3332 where creator_id = 'cr_ben' and terms_id = 'terms_text'`,
  terms_and_fee_in_force: `update tantieme.int_rated_events set fee_bps = null where revenue_event_id = 'use_1'`,
  refunds_within_sale: `update tantieme.stg_rudder__refunds set amount = 1000000`,
  reduction_of_known_sale: `update tantieme.stg_rudder__disputes set sale_id = 'sale_0' where dispute_id = 'dis_3'`,
  movement_in_currency_of_event: `update tantieme.int_revenue_movements set currency = 'USD' where movement_id = 'ref_1'`,
  dispute_in_currency_of_sale: `update tantieme.stg_rudder__disputes set currency = 'CHF'`,
  outcome_of_known_dispute: `delete from tantieme.stg_rudder__disputes where dispute_id = 'dis_2'`,
  allocations_equal_movement: `update tantieme.int_allocations set gross_amount = gross_amount + 0.000000001 where movement_id = 'use_1' and creator_id = 'cr_ada'`,
  journal_sums_to_zero: `update tantieme.postings set posting_amount = posting_amount - 0.000000001 where posting_id = (select min(posting_id) from tantieme.postings)`,
  closing_balance_adds_up: `update tantieme.balances set opening_minor = opening_minor + 1 where creator_id = 'cr_ada' and currency = 'USD'`,
  statement_equals_postings: `update tantieme.postings set posting_amount = posting_amount + 0.01 where account = 'creators'`,
  no_residual: `update tantieme.period_totals set residual_amount = -0.000000001 where currency = 'JPY'`,
};

describe('a corrupted copy', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
    await recordEvents(warehouse, RECORDED_AT, JANUARY);
    await warehouse.transaction(async (writer) => {
      await buildAll(writer);
      for (const { name } of MODELS) await writer.query(`create table ${copyOf(name)} as select * from ${name}`);
      for (const { name, kind } of MODELS) {
        await writer.query(`drop ${kind === 'view' ? 'view' : 'table'} ${name}`);
        await writer.query(`create table ${name} as select * from ${copyOf(name)}`);
      }
    });
  });
  afterAll(() => warehouse.close());

  const copyOf = (name: string): string => name.replace('tantieme.', 'main.');

  /** The message of a build that runs only the checks of one model, after `statement` changed the copies; '' if they pass. */
  async function complaint(model: Model, statement: string): Promise<string> {
    const asIs: Model = { ...model, kind: 'view', reads: [], sql: '' };
    const builds: Model = model.name === breaks.name ? reconciliations : breaks;
    const nothing = `select ${builds.columns.map(({ name }) => `null as ${name}`).join(', ')} from ${model.name} where false`;
    const reader: Model = { ...builds, reads: [model.name], checks: [], sql: nothing };
    return warehouse.withRollback(async (writer) => {
      await writer.query(statement);
      return withModels([asIs, reader], () => build(writer, january, { parts: ['open'] })).then(
        () => '',
        (error: unknown) => (error instanceof InvariantBroken ? error.message : String(error)),
      );
    });
  }

  test.each(MODELS.map((model) => ({ model })))('of $model.name fails every check', async ({ model }) => {
    const { name, columns, key, checks } = model;
    expect(await complaint(model, 'select 1')).toBe('');
    const ofPeriods = columns.some((column) => column.name === 'period' && !column.optional);
    const twice = `insert into ${name} select * from ${name} ${ofPeriods ? `where period = '2026-01'` : ''} limit 1`;
    expect(await complaint(model, twice)).toContain(
      `${name}, check unique_key: There is at most one row per ${key.join(', ')}. This is violated by`,
    );
    for (const column of columns.filter(({ optional }) => !optional)) {
      const missing = await complaint(model, `update ${name} set ${column.name} = null`);
      expect(missing).toContain(`${name}, check required_fields: No value is missing in`);
      const { values }: Field = FIELDS[column.name as FieldName];
      if (!values) continue;
      const unknown = await complaint(model, `update ${name} set ${column.name} = 'unheard_of'`);
      const sentence = `${column.name} is one of ${values.join(', ')}.`;
      expect(unknown).toContain(`${name}, check known_${column.name}: ${sentence} This is violated by`);
    }
    for (const check of checks) {
      const failed = await complaint(model, requirePresent(BREAKING[check.name], `Nothing makes ${check.name} fail.`));
      expect(failed).toContain(`${name}, check ${check.name}: ${check.sentence} This is violated by`);
    }
  });

  test('is broken for checks that there are, each name once', () => {
    const names = MODELS.flatMap(({ checks }) => checks.map(({ name }) => name));
    expect(Object.keys(BREAKING).sort()).toEqual(names.sort());
  });
});

test.each(['"share_bps":6000.5', '"share_bps":"6000"', '"share_bps":6000,"share_bps":6000'])(
  'a sale under terms whose splits cannot be parsed stops the build: %s',
  async (part) => {
    const warehouse = await openTestWarehouse();
    await recordEvents(warehouse, RECORDED_AT, JANUARY.replace('"share_bps":6000', part));
    await expect(warehouse.transaction((writer) => buildAll(writer))).rejects.toThrow(
      'The amounts allocated to the holders sum to the amount that buyers paid or got back. This is violated by',
    );
    await warehouse.close();
  },
);

test('all failed checks are reported together', async () => {
  const warehouse = await openTestWarehouse();
  await recordEvents(warehouse, RECORDED_AT, JANUARY);
  await recordEvents(warehouse, '2026-02-01T00:00:01Z', OVERPAID.replaceAll('EUR', 'USD'));
  const failed = warehouse.transaction((writer) => buildAll(writer));
  await expect(failed).rejects.toThrow(
    'The refunds of a sale do not exceed the amount paid. This is violated by sale_1 2026-01.',
  );
  await expect(failed).rejects.toThrow(
    'A movement has the currency of its revenue event. This is violated by ref_9 2026-01.',
  );
  await warehouse.close();
});
