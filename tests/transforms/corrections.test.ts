import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPeriod } from '../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { closeAt, eventTable, JANUARY, openTestWarehouse, recordEvents } from './small-month.ts';

/** What corrections of every kind do to a closed month, to an open one, and to each other. */

const corrections = (...rows: string[]): string =>
  eventTable(
    'correction_approved',
    'correction_id corrected_kind corrected_id units adjustment_amount currency correction_reason timestamp',
    rows,
  );

const FEBRUARY = [
  corrections(
    'cor_use | use | use_2 | 345 | | | A loop. | 2026-02-10',
    'cor_manga | sale | sale_4 | | | | Sold twice. | 2026-02-10',
    'cor_bonus | balance | cr_ada | | 3.50 | EUR | A forgotten bonus. | 2026-02-10',
    'cor_new | sale | sale_new | | | | Wrong price. | 2026-02-11',
    'cor_wait | sale | sale_wait | | | | A test. | 2026-02-11',
    'cor_none | refund | ref_none | | | | Of nothing. | 2026-02-11',
  ),
  eventTable('refund_failed', 'refund_id sale_id timestamp', ['ref_1 | sale_1 | 2026-02-03']),
  eventTable('dispute_reversed', 'dispute_id sale_id timestamp', ['dis_2 | sale_2 | 2026-02-04']),
  eventTable(
    'license_purchased',
    'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe timestamp',
    ['sale_new | asset_song | dev_x | 999 | 0 | EUR | ch_new | 2026-02-09'],
  ),
].join('');

/** A sale without terms, which waits in suspense. */
const WAITING = eventTable(
  'license_purchased',
  'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe timestamp',
  ['sale_wait | asset_none | dev_x | 70 | 0 | EUR | ch_wait | 2026-01-09'],
);

const MARCH = corrections(
  'cor_back | correction | cor_manga | | | | Sold only once. | 2026-03-10',
  'cor_undo | correction | cor_bonus | | | | Not hers. | 2026-03-10',
  'cor_twice | refund | ref_1 | | | | It failed. | 2026-03-11',
  'cor_drop | correction | cor_none | | | | No such refund. | 2026-03-11',
  'cor_part | use | use_2 | 12001 | | | Too many. | 2026-03-11',
  'cor_rest | use | use_2 | | | | All of it. | 2026-03-12',
);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2026-02-01T00:00:00Z', `${JANUARY}${WAITING}`);
  await closeAt(warehouse, '2026-01', '2026-02-02T08:00:00Z');
  await recordEvents(warehouse, '2026-02-20T00:00:00Z', FEBRUARY);
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  await recordEvents(warehouse, '2026-03-20T00:00:00Z', MARCH);
  await closeAt(warehouse, '2026-03', '2026-04-02T08:00:00Z');
});
afterAll(() => warehouse.close());

async function linesOf(period: string): Promise<string[]> {
  const rows = await warehouse.query(
    `select creator_id, currency, line_kind, correction_id, corrected_kind, corrected_id, earned_period, line_amount_exact
    from tantieme.statement_lines where period = $1 order by correction_id, creator_id`,
    [period],
  );
  return rows.map((row) => Object.values(row).join(' '));
}

async function suspendedIn(period: string): Promise<string[]> {
  const rows = await warehouse.query(
    `select fact_kind, fact_id, exception_reason from tantieme.suspended_facts where period = $1 order by all`,
    [period],
  );
  return rows.map((row) => Object.values(row).join(' '));
}

test('a correction of a closed month is an adjustment of the open one, which names what it corrects', async () => {
  expect(await linesOf('2026-02')).toEqual([
    'cr_ada EUR adjustment cor_bonus balance cr_ada 2026-02 3.5',
    'cr_cai JPY adjustment cor_manga sale sale_4 2026-01 -784',
    'cr_ada USD adjustment cor_use use use_2 2026-01 -0.0919908',
    'cr_ben USD adjustment cor_use use use_2 2026-01 -0.0919908',
    'cr_cai USD adjustment cor_use use use_2 2026-01 -0.0920184',
    'cr_ada EUR adjustment dispute_reversed:dis_2 dispute dis_2 2026-01 24',
    'cr_ben EUR adjustment dispute_reversed:dis_2 dispute dis_2 2026-01 16',
    'cr_ada EUR adjustment refund_failed:ref_1 refund ref_1 2026-01 5.9232',
    'cr_ben EUR adjustment refund_failed:ref_1 refund ref_1 2026-01 3.9488',
  ]);
});

test('what is void before it is booked is in no books and leaves suspense; a correction of nothing waits', async () => {
  expect(await suspendedIn('2026-01')).toEqual(['sale sale_wait terms_missing']);
  expect(await suspendedIn('2026-02')).toEqual(['correction cor_none correction_target_unknown']);
  expect(
    await warehouse.query(
      `select account, cast(sum(posting_amount) as varchar) as amount from tantieme.postings
      where journal_kind = 'suspense' and period = '2026-02' group by account order by account`,
    ),
  ).toEqual([
    { account: 'buyers_receivable', amount: '-70.000000000' },
    { account: 'suspense', amount: '70.000000000' },
  ]);
  expect(
    await warehouse.query(`select journal_id from tantieme.postings where source_reference = 'sale:sale_new'`),
  ).toEqual([]);
});

test('a correction of a correction reverses it; a second correction of a thing waits, and so does one of too many units', async () => {
  expect(await linesOf('2026-03')).toEqual([
    'cr_cai JPY adjustment cor_back sale sale_4 2026-01 784',
    'cr_ada USD adjustment cor_rest use use_2 2026-01 -3.19968',
    'cr_ben USD adjustment cor_rest use use_2 2026-01 -3.19968',
    'cr_cai USD adjustment cor_rest use use_2 2026-01 -3.20064',
    'cr_ada EUR adjustment cor_undo balance cr_ada 2026-03 -3.5',
  ]);
  expect(await suspendedIn('2026-03')).toEqual([
    'correction cor_part correction_exceeds_use',
    'correction cor_twice already_corrected',
  ]);
});

test('all corrections together leave what the facts that stand give, and every month verifies', async () => {
  const owed = await warehouse.query(
    `select creator_id, currency, sum(line_amount_exact) as amount from tantieme.statement_lines
    group by creator_id, currency order by creator_id, currency`,
  );
  // 50 of sale_1, 50 of sale_2 and 50 of sale_3; 980 of sale_4; 1 unit of use_1.
  expect(owed.map((row) => Object.values(row).join(' '))).toEqual([
    'cr_ada EUR 72',
    'cr_ada USD 0.00026664',
    'cr_ben EUR 48',
    'cr_ben USD 0.00026664',
    'cr_cai JPY 784',
    'cr_cai USD 0.00026672',
  ]);
  for (const period of ['2026-01', '2026-02', '2026-03'])
    expect(await verifyPeriod(warehouse, parsePeriod(period))).toMatchObject({ holds: true, changed_fact_keys: [] });
});
