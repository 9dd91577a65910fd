import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderCsv } from '../../../reports/statement/csv.ts';
import { describeLine } from '../../../reports/statement/describe-line.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import { renderPdf } from '../../../reports/statement/pdf.ts';
import { problemsOf } from '../../../reports/statement/verify-proof.ts';
import { renderXlsx } from '../../../reports/statement/xlsx.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { closeAt, eventTable, recordEvents } from '../../transforms/small-month.ts';
import { composeStatements } from './composed.ts';

let warehouse: Warehouse;
let ada: StatementDocument;
beforeAll(async () => {
  warehouse = await openClosedJanuary();
  const columns = 'correction_id corrected_kind corrected_id adjustment_amount currency correction_reason timestamp';
  const rows = [
    'cor_sale | sale | sale_1 | | | Sold twice | 2026-02-10',
    'cor_bonus | balance | cr_ada | 3.50 | EUR | A forgotten bonus. | 2026-02-10',
  ];
  await recordEvents(warehouse, '2026-02-20T00:00:00Z', eventTable('correction_approved', columns, rows));
  await closeAt(warehouse, '2026-02', '2026-03-02T08:00:00Z');
  const statements = await composeStatements(warehouse, { period: parsePeriod('2026-02'), issuerName: 'Tantieme' });
  ada = requirePresent(
    statements.find(({ creator, currency }) => creator.creator_id === 'cr_ada' && currency === 'EUR'),
    'A statement of Ada.',
  );
});
afterAll(() => warehouse.close());

test('a correction has a line of its own, which says what it corrects, why and how much, and belongs to the seal', () => {
  expect(ada.lines).toMatchObject([
    {
      line_id: 'correction:cor_bonus',
      asset_id: null,
      corrected_kind: 'balance',
      formula: 'Adjustment of your balance: A forgotten bonus. EUR 3.50 is added to your balance.',
    },
    {
      line_id: 'correction:cor_sale',
      earned_period: '2026-01',
      corrected_kind: 'sale',
      corrected_id: 'sale_1',
      correction_reason: 'Sold twice',
      formula:
        'Correction of sale sale_1, earned in January 2026: Sold twice. Your 60 % share of the difference is EUR 22.596; after the platform fee of 20 % (EUR 4.5192), EUR 18.0768 is deducted from your balance.',
    },
  ]);
  expect(ada.lines.map((line) => describeLine(line, ada.period, languageOf('en')))).toEqual([
    'Correction cor_bonus',
    'Correction of sale sale_1 · earned in January 2026',
  ]);
  expect(problemsOf(ada)).toEqual([]);
  const [bonus, sale] = ada.lines as [StatementDocument['lines'][number], StatementDocument['lines'][number]];
  const forged = { ...ada, lines: [bonus, { ...sale, correction_reason: 'Another.' }] };
  expect(problemsOf(forged)).toEqual([
    'The line correction:cor_sale of asset_song over -18.07 EUR does not belong to the seal.',
  ]);
});

test('CSV and XLSX have what is corrected in columns of their own, and the PDF is drawn', async () => {
  const [header = '', ...records] = renderCsv(ada).toString().split('\r\n');
  expect(header).toContain(',correction_id,corrected_kind,corrected_id,correction_reason,');
  expect(records[1]).toContain(',cor_bonus,balance,cr_ada,A forgotten bonus.,');
  expect(records[2]).toContain(',cor_sale,sale,sale_1,Sold twice,');
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(renderXlsx(ada) as unknown as ArrayBuffer);
  expect(workbook.getWorksheet('Lines')?.getRow(3).values).toEqual(
    expect.arrayContaining(['cor_sale', 'Sale', 'sale_1', 'Sold twice']),
  );
  expect((await renderPdf(ada)).subarray(0, 4).toString()).toBe('%PDF');
});
