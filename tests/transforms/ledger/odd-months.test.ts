import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from '../../../transforms/engine/build.ts';
import { verifyPeriod } from '../../../transforms/ledger/verify.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { closeAt, eventTable, openTestWarehouse, recordEvents } from '../small-month.ts';

/** Odd but possible months: they close, and their seals hold. */

const [december, january, february] = [parsePeriod('2025-12'), parsePeriod('2026-01'), parsePeriod('2026-02')];

const termsOf = (asset: string, creator: string): string =>
  eventTable('asset_published', 'terms_id asset_id license_type rate currency splits timestamp', [
    `terms_${asset} | ${asset} | one_time | 50 | EUR | [{"creator_id":"${creator}","share_bps":10000}] | 2025-11-01`,
  ]);
const sales = (...rows: readonly (readonly [id: string, asset: string, amount: string, day: string])[]): string =>
  eventTable(
    'license_purchased',
    'sale_id asset_id developer_id amount currency timestamp',
    rows.map(([id, asset, amount, day]) => `${id} | ${asset} | dev_x | ${amount} | EUR | ${day}`),
  );
const refunds = (...rows: readonly (readonly [id: string, sale: string, amount: string, day: string])[]): string =>
  eventTable(
    'license_refunded',
    'refund_id sale_id amount currency timestamp',
    rows.map(([id, sale, amount, day]) => `${id} | ${sale} | ${amount} | EUR | ${day}`),
  );
const payout = (id: string, creator: string): string =>
  eventTable(
    'payout_sent',
    'payout_id creator_id payout_period amount currency account_id_stripe transfer_id_stripe timestamp',
    [`${id} | ${creator} | 2025-12 | 10 | EUR | acct_1 | tr_${id} | 2026-01-12`],
  );

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await openTestWarehouse();
  await recordEvents(warehouse, '2025-12-01T00:00:00Z', termsOf('song', 'cr_ada'));
});
afterEach(() => warehouse.close());

const reasons = (period: string) =>
  warehouse.query(
    `select exception_reason, count(*) as fact_count from tantieme.suspended_facts where period = '${period}' group by all order by all`,
  );

test('a draft of a month before the first closing is not read by one, nor by a later month', async () => {
  await recordEvents(warehouse, '2026-01-20T00:00:00Z', termsOf('old', 'cr_old'));
  const december_sales = sales(['sale_1', 'song', '50', '2025-12-10'], ['sale_2', 'old', '50', '2025-12-10']);
  await recordEvents(warehouse, '2026-01-21T00:00:00Z', december_sales);
  await warehouse.transaction((writer) => build(writer, december, { parts: ['books'] }));
  // This creator and this sale are only in December's draft.
  const of_december = payout('po_1', 'cr_old') + refunds(['ref_1', 'sale_1', '50', '2026-01-20']);
  await recordEvents(warehouse, '2026-01-22T00:00:00Z', of_december);
  await closeAt(warehouse, january, '2026-02-05T00:00:00Z');
  expect(await reasons(january)).toEqual([
    { exception_reason: 'before_first_period', fact_count: 2n },
    { exception_reason: 'creator_unknown', fact_count: 1n },
    { exception_reason: 'sale_suspended', fact_count: 1n },
  ]);
  expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: true });
  await recordEvents(warehouse, '2026-02-20T00:00:00Z', refunds(['ref_2', 'sale_2', '50', '2026-02-11']));
  await warehouse.transaction((writer) => build(writer, february, { parts: ['books'] }));
  await closeAt(warehouse, february, '2026-03-05T00:00:00Z');
  expect(await verifyPeriod(warehouse, february)).toMatchObject({ holds: true });
});

test('a sale that is reported again counts once, in drafts of months that follow each other as in the closing', async () => {
  const first = sales(['sale_1', 'song', '50', '2026-01-10'], ['sale_ahead', 'song', '30', '2026-02-10']);
  await recordEvents(warehouse, '2026-01-20T00:00:00Z', first);
  const again = sales(['sale_1', 'song', '99', '2026-02-10'], ['sale_ahead', 'song', '98', '2026-01-10']);
  await recordEvents(warehouse, '2026-01-21T00:00:00Z', again);
  const booked = () =>
    warehouse.query('select period, sale_id, gross_amount from tantieme.sale_allocations order by period, sale_id');
  const once = [
    { period: january, sale_id: 'sale_1', gross_amount: '50' },
    { period: february, sale_id: 'sale_ahead', gross_amount: '30' },
  ];
  const draft = (period: typeof january) =>
    warehouse.transaction((writer) => build(writer, period, { parts: ['books'] }));
  await draft(january);
  await draft(february);
  expect(await booked()).toEqual(once);
  await closeAt(warehouse, january, '2026-02-05T00:00:00Z');
  await recordEvents(warehouse, '2026-02-06T00:00:00Z', sales(['sale_1', 'song', '97', '2026-01-10']));
  await draft(february);
  expect(await booked()).toEqual(once);
});

test('a use that is reported again in a later month counts once in drafts; a report without a time is none', async () => {
  const uses = (...rows: string[]) => eventTable('asset_used', 'use_id asset_id developer_id units timestamp', rows);
  const metered = eventTable('asset_published', 'terms_id asset_id license_type rate currency splits timestamp', [
    'terms_text | text | metered | 1 | EUR | [{"creator_id":"cr_ada","share_bps":10000}] | 2025-01-01',
  ]);
  await recordEvents(warehouse, '2026-01-20T00:00:00Z', metered + uses('use_3 | text | dev | 40 |'));
  await recordEvents(
    warehouse,
    '2026-01-31T00:00:00Z',
    uses(
      'use_1 | text | dev | 1 | 2026-01-31',
      'use_2 | none | dev | 2 | 2026-01-31',
      'use_3 | text | dev | 4 | 2026-01-31',
    ),
  );
  await recordEvents(
    warehouse,
    '2026-02-01T00:00:00Z',
    uses(
      'use_1 | text | dev | 8 | 2026-02-01',
      'use_2 | none | dev | 16 | 2026-02-01',
      'use_4 | text | dev | 32 | 2026-02-01',
    ),
  );
  const booked = () =>
    warehouse.query("select period, units from tantieme.statement_lines where asset_id = 'text' order by period");
  const once = [
    { period: january, units: '5' },
    { period: february, units: '32' },
  ];
  for (const period of [january, february]) {
    await warehouse.transaction((writer) => build(writer, period, { parts: ['books'] }));
  }
  expect(await booked()).toEqual(once);
  await closeAt(warehouse, january, '2026-02-05T00:00:00Z');
  await closeAt(warehouse, february, '2026-03-05T00:00:00Z');
  expect(await booked()).toEqual(once);
  expect(await reasons(february)).toEqual([{ exception_reason: 'terms_missing', fact_count: 1n }]);
});

test('a payout with the id of a sale, and a sale that is named as a refund is in the ledger', async () => {
  const sold = sales(['1001', 'song', '50', '2026-01-10'], ['refund:ref_1', 'song', '50', '2026-01-10']);
  const events = sold + payout('1001', 'cr_ada') + refunds(['ref_1', '1001', '5', '2026-01-12']);
  await recordEvents(warehouse, '2026-01-20T00:00:00Z', events);
  await closeAt(warehouse, january, '2026-02-05T00:00:00Z');
  expect(await reasons(january)).toEqual([]);
  expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: true });
});

test('more refunds of a sale than BigQuery repeats a query', async () => {
  const many = (sale: string, count: number, amount: string) =>
    Array.from({ length: count }, (_, index) => [`ref_${sale}_${index}`, sale, amount, '2026-01-12'] as const);
  const sold = sales(['sale_1', 'song', '50', '2026-01-10'], ['sale_2', 'song', '1', '2026-01-10']);
  // Of the second sale, the refunds may exceed it by less than a cent for each.
  const events = sold + refunds(...many('sale_1', 600, '0.01'), ...many('sale_2', 600, '0.02'));
  await recordEvents(warehouse, '2026-01-20T00:00:00Z', events);
  await closeAt(warehouse, january, '2026-02-05T00:00:00Z');
  expect(await reasons(january)).toEqual([{ exception_reason: 'reduction_exceeds_sale', fact_count: 501n }]);
  const left = `select sale_id, sum(gross_amount) as left_over from tantieme.sale_allocations group by sale_id order by sale_id`;
  expect(await warehouse.query(left)).toEqual([
    { sale_id: 'sale_1', left_over: '44' },
    { sale_id: 'sale_2', left_over: '0' },
  ]);
});

test('words that a later version has no more do not stop the verification of a month that has them', async () => {
  await recordEvents(warehouse, '2026-01-20T00:00:00Z', sales(['sale_1', 'song', '50', '2026-01-10']));
  await closeAt(warehouse, january, '2026-02-05T00:00:00Z');
  const field = FIELDS.payout_reason as { values: readonly string[] };
  const { values } = field;
  try {
    field.values = ['payable'];
    expect(await verifyPeriod(warehouse, january)).toMatchObject({ holds: true });
  } finally {
    field.values = values;
  }
});
