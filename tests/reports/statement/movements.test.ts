import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderCsv } from '../../../reports/statement/csv.ts';
import { describeLine, describeMovements } from '../../../reports/statement/describe-line.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import { problemsOf } from '../../../reports/statement/verify-proof.ts';
import { renderXlsx } from '../../../reports/statement/xlsx.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { closeAt, eventTable, recordEvents } from '../../transforms/small-month.ts';
import { composeStatements } from './composed.ts';

const EN = languageOf('en');
let warehouse: Warehouse;
let [february, march]: StatementDocument[] = [];
beforeAll(async () => {
  warehouse = await openClosedJanuary();
  const sales = 'sale_id asset_id developer_id amount tax_amount currency charge_id_stripe timestamp';
  const refunds = 'refund_id sale_id amount tax_amount currency refund_id_stripe timestamp';
  await recordEvents(
    warehouse,
    '2026-03-01T00:00:00Z',
    eventTable('license_purchased', sales, ['sale_5 | asset_song | dev_x | 50 | 9.5 | EUR | ch_6 | 2026-02-05']) +
      eventTable('license_refunded', refunds, [
        'ref_5 | sale_5 | 10 | 0 | EUR | re_5 | 2026-02-06',
        'ref_6 | sale_1 | 5 | 0 | EUR | re_6 | 2026-02-07',
        'ref_7 | sale_1 | 2 | 0 | EUR | re_7 | 2026-02-08',
        'ref_vat | sale_5 | 0 | 9.5 | EUR | re_vat | 2026-02-08',
      ]) +
      eventTable('dispute_closed', 'dispute_id sale_id dispute_outcome timestamp', [
        'dis_3 | sale_3 | lost | 2026-02-09',
      ]),
  );
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  await recordEvents(
    warehouse,
    '2026-04-01T00:00:00Z',
    eventTable('refund_failed', 'refund_id sale_id timestamp', ['ref_6 | sale_1 | 2026-03-03']) +
      eventTable('license_refunded', refunds, ['ref_8 | sale_1 | 5 | 0 | EUR | re_8 | 2026-03-04']),
  );
  await closeAt(warehouse, '2026-03', '2026-04-02T08:00:00Z');
  [february, march] = [await statementOf('2026-02'), await statementOf('2026-03')];
});
afterAll(() => warehouse.close());

/** The statement of Ada in euros. She has 60 % of the song, of which the platform keeps 20 %. */
async function statementOf(month: string): Promise<StatementDocument> {
  const all = await composeStatements(warehouse, { period: parsePeriod(month), issuerName: 'Tantieme' });
  const ada = all.find(({ creator, currency }) => creator.creator_id === 'cr_ada' && currency === 'EUR');
  return requirePresent(ada, 'A statement of Ada.');
}

const shown = ({ lines }: StatementDocument) =>
  lines.map(({ kind, earned_period, amount_exact, movements }) =>
    [kind, earned_period, amount_exact, ...movements.map((each) => `${each.movement_id} ${each.sale_id}`)].join(' '),
  );

test('refunds and lost disputes of sales of another month are another line, which names the sales', () => {
  expect(shown(february as StatementDocument).sort()).toEqual([
    'adjustment 2026-01 -24 dispute:dis_3 sale_3',
    'earning 2026-02 24',
    'refund 2026-01 -3.36 refund:ref_6 sale_1 refund:ref_7 sale_1',
    'refund 2026-02 -4.8 refund:ref_5 sale_5',
  ]);
  const refund = february?.lines.find((line) => line.movements.length === 2);
  expect(refund?.movements[1]).toEqual({
    movement_id: 'refund:ref_7',
    sale_id: 'sale_1',
    occurred_at: '2026-02-08T00:00:00.000Z',
    gross_exact: '-1.2',
    amount_exact: '-0.96',
  });
});

test('a line has the days of its first and last sale, refund or lost dispute; a correction has none', () => {
  const days = (document: StatementDocument | undefined) =>
    document?.lines
      .map(({ kind, earned_period, first_on, last_on }) => [kind, earned_period, first_on, last_on].join(' '))
      .sort();
  expect(days(february)).toEqual([
    'adjustment 2026-01 2026-02-09 2026-02-09',
    'earning 2026-02 2026-02-05 2026-02-05',
    'refund 2026-01 2026-02-07 2026-02-08',
    'refund 2026-02 2026-02-06 2026-02-06',
  ]);
  expect(days(march)).toEqual(['adjustment 2026-01  ', 'refund 2026-01 2026-03-04 2026-03-04']);
});

test('a refund of tax alone is on no line, neither as one of its own nor as one more of another', () => {
  expect(february?.lines.map(({ kind, revenue_event_count }) => [kind, revenue_event_count]).sort()).toEqual([
    ['adjustment', '1'],
    ['earning', '1'],
    ['refund', '1'],
    ['refund', '2'],
  ]);
  expect(JSON.stringify(february)).not.toContain('ref_vat');
});

test('a refund that failed names its sale, and so does the refund after it', () => {
  expect(shown(march as StatementDocument).sort()).toEqual([
    'adjustment 2026-01 2.4 correction:refund_failed:ref_6 sale_1',
    'refund 2026-01 -2.4 refund:ref_8 sale_1',
  ]);
  const lines = march?.lines.map((line) => `${describeLine(line, '2026-03', EN)} | ${describeMovements(line, EN)}`);
  expect(lines?.sort()).toEqual([
    'Correction of refund ref_6 · earned in January 2026 | Sale sale_1.',
    'One-time licence · 1 refund · 4 March 2026 · earned in January 2026 | Sale sale_1 (refund ref_8).',
  ]);
});

test('the sales of a line belong to the seal', () => {
  const documents = [february as StatementDocument, march as StatementDocument];
  expect(documents.flatMap(problemsOf)).toEqual([]);
  for (const document of documents) {
    const [line, ...others] = document.lines.filter(({ movements }) => movements.length > 0).toReversed();
    if (!line) throw new Error('A line that changes sales.');
    const withMovements = (movements: typeof line.movements): string =>
      problemsOf({
        ...document,
        lines: document.lines.map((each) => (each === line ? { ...line, movements } : each)),
      }).join();
    const [movement] = line.movements as [(typeof line.movements)[number]];
    expect(withMovements([{ ...movement, sale_id: 'sale_2' }])).toContain('of sale_2 over');
    expect(withMovements([])).toContain('The number of rows of movements is');
    expect(withMovements([...line.movements, ...(others[0]?.movements ?? [])])).toContain(
      'does not belong to the seal',
    );
  }
});

test('the PDF names the first three sales, CSV and XLSX name all with their part of the amount', async () => {
  const line = requirePresent(
    february?.lines.find(({ movements }) => movements.length === 2),
    'The line of two.',
  );
  const [first, second] = line.movements as [(typeof line.movements)[number], (typeof line.movements)[number]];
  expect(describeMovements(line, EN)).toBe('Sales sale_1 (refund ref_6), sale_1 (refund ref_7).');
  expect(describeMovements({ ...line, movements: [first, second, first, first, second] }, EN)).toBe(
    'Sales sale_1 (refund ref_6), sale_1 (refund ref_7), sale_1 (refund ref_6) and 2 more, which are listed in the attached files.',
  );
  const [header = '', ...records] = renderCsv(february as StatementDocument)
    .toString()
    .split('\r\n');
  const at = (name: string): number => header.split(',').indexOf(name);
  const movements = records.map((record) => record.split(',')).filter(([type]) => type === 'movement');
  const names = ['movement_id', 'sale_id', 'movement_exact', 'amount', 'line_id'];
  expect(movements.map((cells) => names.map((name) => cells[at(name)])).sort()).toEqual([
    ['dispute:dis_3', 'sale_3', '-24', '', 'adjustment:terms_song:2026-01:2000'],
    ['refund:ref_5', 'sale_5', '-4.8', '', 'refund:terms_song:2026-02:2000'],
    ['refund:ref_6', 'sale_1', '-2.4', '', 'refund:terms_song:2026-01:2000'],
    ['refund:ref_7', 'sale_1', '-0.96', '', 'refund:terms_song:2026-01:2000'],
  ]);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(renderXlsx(february as StatementDocument) as unknown as ArrayBuffer);
  const rows = workbook.getWorksheet('Changed sales')?.getRows(2, 4) ?? [];
  expect(rows.map(({ values }) => (values as unknown[]).slice(1, 4)).sort()).toEqual([
    ['sale_1', 'refund:ref_6', '2026-02-07'],
    ['sale_1', 'refund:ref_7', '2026-02-08'],
    ['sale_3', 'dispute:dis_3', '2026-02-09'],
    ['sale_5', 'refund:ref_5', '2026-02-06'],
  ]);
});
