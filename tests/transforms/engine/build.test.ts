import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertChecks, build } from '../../../transforms/engine/build.ts';
import { impliedChecks } from '../../../transforms/engine/checks.ts';
import type { Model } from '../../../transforms/engine/model.ts';
import { boundSql } from '../../../transforms/engine/statements.ts';
import type { BookingWindow } from '../../../transforms/engine/window.ts';
import { intKnownMovements } from '../../../transforms/intermediate/int_known_movements.ts';
import { intStripeMovements } from '../../../transforms/intermediate/int_stripe_movements.ts';
import { intStripeObjects } from '../../../transforms/intermediate/int_stripe_objects.ts';
import { postings } from '../../../transforms/marts/postings.ts';
import { saleAllocations } from '../../../transforms/marts/sale_allocations.ts';
import { MODELS } from '../../../transforms/models.ts';
import { InvariantBroken, messageOf } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Field } from '../../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../../warehouse/vocabulary/fields.ts';
import type { ColumnShape } from '../../../warehouse/vocabulary/tables.ts';
import type { ValueRow, Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import { CHARGE_OF_NOBODY } from '../plain-movements.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents, withModels } from '../small-month.ts';
import { BREAKING, MISSING_ROWS, WITHHELD_BY } from './corrupted.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];
const RECORDED_AT = '2026-02-01T00:00:00Z';
type Reader = Pick<WarehouseWriter, 'query'>;

async function everything(reader: Reader): Promise<Record<string, ValueRow[]>> {
  const rows: Record<string, ValueRow[]> = {};
  for (const { name, kind } of MODELS) {
    if (kind === 'period') rows[name] = await reader.query(`select * from ${name} order by all`);
  }
  return rows;
}

const buildAll = (writer: WarehouseWriter, period = january): Promise<void> =>
  build(writer, period, { parts: ['books', 'open'] });

const steps = MODELS.filter(({ kind }) => kind === 'step');
const copyOf = (name: string): string => name.replace('steps.', 'main.copy_');
const window: BookingWindow = {
  period: january,
  previous_period: '',
  starts_at: '2026-01-01T00:00:00Z',
  ends_at: '2026-02-01T00:00:00Z',
  late_from_at: '1970-01-01T00:00:00Z',
  open_from_at: '2026-01-01T00:00:00Z',
  open_late_from_at: '1970-01-01T00:00:00Z',
  books_start_at: '2026-01-01T00:00:00Z',
};

/** With January built, and copies of the steps. */
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, RECORDED_AT, JANUARY);
  await warehouse.transaction(async (writer) => {
    const built = new Set<string>();
    await build(writer, january, { parts: ['books', 'open'], onModel: (model) => built.add(model) });
    for (const step of steps) {
      // A step that no table needs is not built, nor what the comparison of a month is within where there is no other month.
      if (!built.has(step.name)) await writer.createStep(step, boundSql(step, { window, models: MODELS }));
      await writer.query(`create table ${copyOf(step.name)} as select * from ${step.name}`);
    }
  });
});
afterAll(() => warehouse.close());

describe('a build', () => {
  test('gives the same result when repeated, with or without a progress callback', async () => {
    const once = await everything(warehouse);
    expect(await warehouse.query('select * from tantieme.royalties')).toHaveLength(14);
    const watched = new Map<string, number>();
    await warehouse.transaction((writer) =>
      build(writer, january, { parts: ['books', 'open'], onModel: (model, rows) => watched.set(model, rows) }),
    );
    expect(await everything(warehouse)).toEqual(once);
    expect([...watched.keys()]).toEqual(expect.arrayContaining(Object.keys(once)));
    expect(watched.get('tantieme.statement_lines')).toBe(once['tantieme.statement_lines']?.length);
  });

  test('does not change partitions of other periods, nor parts that were not requested', async () => {
    await warehouse.withRollback(async (writer) => {
      const marked = `insert into tantieme.breaks by name
        select period, 'charge:' || flow_id as break_id, flow_id, 'charge' as flow_kind, 'charge' as cash_movement, 'amount_differs' as break_class, 'EUR' as currency
        from (values ('2025-12', 'ch_old'), ('2026-01', 'ch_stale')) as marked(period, flow_id)`;
      const flows = `select flow_id from tantieme.breaks where flow_id in ('ch_old', 'ch_stale') order by flow_id`;
      await writer.query(marked);
      await build(writer, january, { parts: ['books'] });
      expect(await writer.query(flows)).toEqual([{ flow_id: 'ch_old' }, { flow_id: 'ch_stale' }]);
      await build(writer, january, { parts: ['open'] });
      expect(await writer.query(flows)).toEqual([{ flow_id: 'ch_old' }]);
    });
  });

  type Change = readonly [model: string, part: string | RegExp, by: string];
  /** Builds the books after a part of the SQL of some models was replaced; what is built is undone. */
  const buildWith = (changes: readonly Change[]): Promise<void> => {
    const models = MODELS.map((model) => {
      const own = changes.filter(([name]) => name === model.name);
      return { ...model, sql: own.reduce((sql, [, part, by]) => sql.replace(part, by), model.sql) };
    });
    return withModels(models, () => warehouse.withRollback((writer) => build(writer, january, { parts: ['books'] })));
  };

  test.each<[string, readonly string[], readonly Change[]]>([
    [
      'are lost',
      ['outcome 1 0', 'sale 4 3', 'use 2 1'],
      [
        ['steps.int_reductions', `'dispute', 'outcome')`, `'dispute')`],
        ['steps.int_sales', 'sales.is_of_period', `sales.is_of_period and sales.fact_id <> 'sale_3'`],
        ['steps.int_usage_by_terms', 'exception_reason is null', `exception_reason is null and use_id <> 'use_1'`],
      ],
    ],
    [
      'are lost in the books, or twice',
      ['payout 1 0', 'use 2 4'],
      [
        ['tantieme.payouts', 'from booked', 'from booked where false'],
        [
          'steps.int_usage_by_terms',
          'from steps.int_uses',
          'from (select * from steps.int_uses union all select * from steps.int_uses) as int_uses',
        ],
      ],
    ],
  ])('fails if facts %s: %j', async (_what, found, changes) => {
    const message = await buildWith(changes).then(() => '', messageOf);
    const [, violations] =
      /check every_fact_once: Every fact that falls into the period, or was in suspense before it, is booked, in suspense or void, once\. This is violated by (.*)\.$/m.exec(
        message,
      ) ?? [];
    expect(violations?.split('; ').sort()).toEqual(found);
  });

  test.each([
    ['steps.int_uses', /from judged\s*$/, `from judged where use_id <> 'use_1'`, '2 2 0 1'],
    ['steps.int_rates', /from rates\s*$/, 'from rates union all select * from rates', '2 2 0 4'],
  ])('fails if %s loses uses or has them twice', async (name, part, by, found) => {
    await expect(buildWith([[name, part, by]])).rejects.toThrow(`has one row. This is violated by ${found}.`);
  });

  test.each([
    [intStripeMovements, '  net_minor,', '  null as net_minor,', 'int_known_movements, check required_fields'],
    [intStripeMovements, '  fee_tax_minor,', '  null as fee_tax_minor,', 'int_stripe_movements, check required_fields'],
    [intStripeObjects, `'charge' as object_kind`, `'gift' as object_kind`, 'check known_object_kind'],
  ])('fails if a view lacks a value, whether or not its copy has the column: %#', async (view, part, by, said) => {
    const columns = intKnownMovements.columns.filter(({ name }) => name !== 'fee_tax_minor');
    const lacking = { ...intKnownMovements, columns, sql: intKnownMovements.sql.replace('  fee_tax_minor,\n', '') };
    const broken: Model = { ...view, sql: view.sql.replace(part, by) };
    const models = MODELS.map((model) => [broken, lacking].find(({ name }) => name === model.name) ?? model);
    const building = warehouse.withRollback(async (writer) => {
      for (const statement of CHARGE_OF_NOBODY) await writer.query(statement);
      await writer.createView(broken);
      await build(writer, january, { parts: ['open'], models });
    });
    await expect(building).rejects.toThrow(said);
  });

  test('that fails states every reason and changes nothing', async () => {
    const before = await everything(warehouse);
    const broken = (model: Model): Model =>
      model.name === postings.name
        ? {
            ...model,
            sql: model.sql.replace("'connected_accounts' else 'bank_balance'", "'stripe' else 'bank_balance'"),
          }
        : model.name === saleAllocations.name
          ? { ...model, sql: model.sql.replace('moved.movement_kind', "'gift' as movement_kind") }
          : model;
    const building = withModels(MODELS.map(broken), () => warehouse.transaction((writer) => buildAll(writer)));
    await expect(building).rejects.toThrow(InvariantBroken);
    await expect(building).rejects.toThrow(
      '2026-01 cannot be built: these checks fail.\n  tantieme.sale_allocations, check known_movement_kind: movement_kind is one of',
    );
    await expect(building).rejects.toThrow('tantieme.postings, check known_account: account is one of');
    expect(await everything(warehouse)).toEqual(before);
  });
});

test('a movement may be a break in one period and, when it is recorded late, again in the next', async () => {
  const other = await openTestWarehouse();
  const stripe = `
\`stripe.balance_transactions\`
| id_stripe | source_id_stripe | reporting_category | balance_transaction_type | balance_type | amount_minor | fee_minor | fee_tax_minor | net_minor | currency | status_stripe | available_at | created_at |
| --------- | ---------------- | ------------------ | ------------------------ | ------------ | ------------ | --------- | ------------- | --------- | -------- | ------------- | ------------ | ---------- |
| txn_9     | ch_9             | charge             | charge                   | payments     | 6000         | 0         | 0             | 6000      | EUR      | available     | 2026-02-02   | 2026-01-31 |
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
  await recordEvents(other, RECORDED_AT, stripe);
  await other.transaction((writer) => buildAll(writer));
  await closeAt(other, '2026-01', '2026-02-02T08:00:00Z');
  await recordEvents(other, '2026-02-03T00:00:00Z', sale);
  await other.transaction((writer) => buildAll(writer, february));
  expect(await other.query('select period, break_class from tantieme.breaks order by period')).toEqual([
    { period: '2026-01', break_class: 'missing_in_ledger' },
    { period: '2026-02', break_class: 'amount_differs' },
  ]);
  await other.close();
});

describe('what is built and then corrupted', () => {
  /** The columns of the tables, by the name of the table. */
  const stored = new Map<string, readonly ColumnShape[]>();
  beforeAll(async () => {
    await warehouse.transaction(async (writer) => {
      for (const dataset of ['draft', 'tantieme'])
        for (const [table, columns] of await writer.describe(dataset)) stored.set(`${dataset}.${table}`, columns);
      // The checks of a column need a value in it that can be taken away: not every table has rows in this month.
      await writer.query(`insert into draft.suspended_facts by name select '2026-01' as period, 'sale' as fact_kind, 'sale_9' as fact_id,
        'terms_missing' as exception_reason, '2026-01' as suspended_period, timestamptz '2026-01-09' as occurred_at, timestamptz '2026-01-10' as recorded_at`);
      await writer.query(`insert into ${copyOf('steps.int_first_reports')} by name select 'sale' as fact_kind, 'sale_9' as fact_id, 'm9' as message_id,
        timestamptz '2026-01-09' as occurred_at, timestamptz '2026-01-10' as recorded_at, true as is_due, true as is_of_period
        union all by name select 'payout_reversal' as fact_kind, 'trr_9' as fact_id, 'm8' as message_id, timestamptz '2026-01-09' as occurred_at,
        timestamptz '2026-01-10' as recorded_at, true as is_due, true as is_of_period`);
      await writer.query(`insert into ${copyOf('steps.int_earlier_shares')} by name select 'sale_9' as sale_id, 'cr_ada' as creator_id, 10000 as share_bps,
        'terms_9' as terms_id, 2000 as fee_bps, 'one_time' as license_type, 'asset_9' as asset_id, 'EUR' as currency, '2025-12' as earned_period, 5 as amount, 5 as gross_amount, 4 as royalty_amount`);
      const reversal = `'trr_9' as reversal_id_stripe, 'po_9' as payout_id, 'cr_ada' as creator_id, '2026-01' as payout_period, 5 as amount,
        'EUR' as currency, timestamptz '2026-01-09' as occurred_at, timestamptz '2026-01-10' as recorded_at`;
      await writer.query(
        `insert into ${copyOf('steps.int_payout_reversals')} by name select ${reversal}, true as is_of_period`,
      );
      await writer.query(
        `insert into draft.payout_reversals by name select ${reversal}, '2026-01' as period, 'acct_ada' as account_id_stripe, 'tr_9' as transfer_id_stripe`,
      );
      await writer.query(`insert into draft.withholdings by name select '2026-01' as period, 'cr_ada' as creator_id, 'EUR' as currency, date '2026-02-01' as credited_on,
        ${WITHHELD_BY}, 10 as credited_amount, 0 as taxable_amount, 0 as withheld_minor, 0 as withheld_of_year_minor, 0 as not_given_back_minor`);
      await writer.query(`insert into tantieme.bank_bridge by name select '2026-01' as period, 'EUR' as currency, 0 as statement_minor, 0 as booked_minor,
        0 as in_transit_minor, 0 as residual_minor`);
      for (const [step, values] of Object.entries(MISSING_ROWS)) {
        await writer.query(`insert into ${copyOf(step)} by name select ${values}`);
      }
    });
  });

  const storedIn = ({ name, books }: Model): string => (books ? name.replace('tantieme.', 'draft.') : name);

  /** The message of the checks of one model, after `statement` changed what is built; '' if they pass. */
  async function complaint(model: Model, statement: string): Promise<string> {
    const read = [statement, model.name, ...model.checks.map(({ sql }) => sql)].join(' ');
    const running = warehouse.withRollback(async (writer) => {
      for (const step of steps.filter(({ name }) => read.includes(name))) {
        await writer.createStep(step, `select * from ${copyOf(step.name)}`);
      }
      await writer.query(statement);
      await assertChecks(writer, { models: [model], window });
      return '';
    });
    return running.catch(messageOf);
  }

  const checked = MODELS.filter((model) => impliedChecks(model, window));
  test.each(checked.map((model) => ({ model })))('of $model.name fails every check', async ({ model }) => {
    const { name, columns, key, checks, kind } = model;
    const of = storedIn(model);
    const implied = { ...model, checks: [] };
    expect(await complaint(model, 'select 1')).toBe('');
    for (const check of checks) {
      const failed = await complaint(model, requirePresent(BREAKING[check.name], `Nothing makes ${check.name} fail.`));
      expect(failed).toContain(`${name}, check ${check.name}: ${check.sentence} This is violated by`);
    }
    // A view cannot be corrupted; what it reads is.
    if (kind === 'view') return;
    if (kind === 'period') {
      expect(await complaint(implied, `insert into ${of} select * from ${of} limit 1`)).toContain(
        `${name}, check unique_key: There is at most one row per ${key.join(', ')}. This is violated by`,
      );
    }
    for (const column of columns.filter(({ optional }) => !optional)) {
      // DuckDB's tables refuse it themselves; steps, and BigQuery's tables, do not.
      if (kind === 'period') {
        expect(stored.get(of)?.find((each) => each.name === column.name)).toMatchObject({ optional: false });
      } else {
        const missing = await complaint(implied, `update ${of} set ${column.name} = null`);
        expect(missing).toContain(`${name}, check required_fields: No value is missing in`);
      }
      const { values }: Field = FIELDS[column.name as FieldName];
      if (!values) continue;
      const unknown = await complaint(implied, `update ${of} set ${column.name} = 'unheard_of'`);
      const sentence = `${column.name} is one of ${values.join(', ')}.`;
      expect(unknown).toContain(`${name}, check known_${column.name}: ${sentence} This is violated by`);
    }
  });

  test('is broken for checks that there are, each name once', () => {
    const names = MODELS.flatMap(({ checks }) => checks.map(({ name }) => name));
    expect(Object.keys(BREAKING).sort()).toEqual(names.sort());
  });
});
