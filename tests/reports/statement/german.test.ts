import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { explainTax } from '../../../reports/statement/explain-tax.ts';
import { explainNotice, formulaOf } from '../../../reports/statement/explanations.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import { renderPdf } from '../../../reports/statement/pdf.ts';
import { ROW_COLUMNS, type RowColumn } from '../../../reports/statement/rows.ts';
import { CORRECTED_KINDS } from '../../../warehouse/vocabulary/corrections.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import { hasPoppler } from '../../support/poppler.ts';
import { busyMonth } from './document.ts';

const [EN, DE] = [languageOf('en'), languageOf('de')];

describe('in German', () => {
  it.each([
    ['month', DE.month('2026-03'), 'März 2026'],
    ['day', DE.day('2026-01-09T12:00:00.000Z'), '09.01.2026'],
    ['days of a month', DE.dateRange('2026-01-01', '2026-01-31'), '1.–31. Januar 2026'],
    ['days of two months', DE.dateRange('2025-12-16', '2026-01-15'), '16.12.2025 – 15.01.2026'],
    ['amount', DE.money('-1234567.891', 'USD'), '−1.234.567,891 USD'],
    ['amount without decimal places', DE.money('12.5', 'JPY'), '12,5 JPY'],
    ['rate', DE.rate('33.33 %'), '33,33 %'],
  ])('a %s is written so', (_, written, expected) => expect(written).toBe(expected));

  const line = {
    ...{ period: '2026-01', creator_id: 'cr_ada', currency: 'EUR', line_kind: 'earning', asset_id: 'asset_1' },
    ...{ license_type: 'metered', earned_period: '2026-01', terms_id: 'terms_1', rate: '0.0015', fee_bps: 1250n },
    ...{ share_bps: 5000n, revenue_event_count: 1n, units: '12480', gross_amount: '9.36', platform_fee_amount: '1.17' },
    ...{ line_amount_exact: '8.19', line_amount_minor: 819n, correction_id: null, corrected_kind: null },
    ...{ corrected_id: null, correction_reason: null },
  };
  it.each([
    [
      {},
      'Ihr Anteil von 50 % an den Zahlungen für 1 Nutzung (12.480 Einheiten zu je 0,0015 EUR) beträgt 9,36 EUR; nach Abzug der Plattformgebühr von 12,5 % (1,17 EUR) erhalten Sie 8,19 EUR.',
    ],
    [
      { line_kind: 'refund', revenue_event_count: 1200n, license_type: 'one_time', share_bps: 10_000n },
      'Ihr Anteil an 1.200 Rückerstattungen an Käufer beträgt 9,36 EUR; nach Abzug der Plattformgebühr von 12,5 % (1,17 EUR) werden 8,19 EUR von Ihrem Saldo abgezogen.',
    ],
    [
      {
        correction_id: 'cor_1',
        corrected_kind: 'outcome',
        corrected_id: 'dp_1',
        correction_reason: 'Doppelt gemeldet',
      },
      'Korrektur zu Ausgang der Zahlungsanfechtung dp_1, entstanden im Januar 2026: Doppelt gemeldet. Ihr Anteil von 50 % an der Differenz beträgt 9,36 EUR; nach Abzug der Plattformgebühr von 12,5 % (1,17 EUR) werden Ihrem Saldo 8,19 EUR gutgeschrieben.',
    ],
  ])('a line is calculated in words: %o', (change, sentence) =>
    expect(formulaOf({ ...line, ...change }, DE)).toBe(sentence),
  );

  test('what became of a payout, and tax, are in words', () => {
    const notice = { creator_id: 'cr_ada', currency: 'EUR', payout_id: 'po_1', occurred_at: '2026-02-04T00:00:00Z' };
    const failed = { ...notice, outcome: 'failed', amount: '2', payout_period: '2026-01', account_id_stripe: null };
    expect(explainNotice({ ...failed, reason: 'account_closed' }, DE)).toBe(
      'Auszahlung für Januar 2026 fehlgeschlagen: 2,00 EUR wurden nicht angewiesen und stehen Ihnen weiterhin zu. Grund: Das Bankkonto ist geschlossen.',
    );
    const withheld = {
      ...{ period: '2026-01', creator_id: 'cr_ada', currency: 'USD', credited_on: '2026-02-01', payer_country: 'US' },
      ...{ payee_status: 'foreign', status_basis: 'assumed', withholding_rule_id: 'US-foreign' },
      ...{ withholding_rate_ppm: 158_250n, credited_amount: '1500', taxable_amount: '1000', withheld_minor: 15_825n },
      ...{ withheld_of_year_minor: 15_825n, not_given_back_minor: 0n },
    };
    expect(explainTax(withheld, DE)).toBe(
      'Quellensteuer (Vereinigte Staaten): 15,825 % von 1.000,00 USD, Ihre Lizenzgebühren für Nutzung dort oder in einem unbekannten Land, sind 158,25 USD. Von Ihnen liegt kein gültiges Steuerformular vor; mit einem Formular kann sich der Satz ändern.',
    );
  });

  test('each code has a word, and each column of the CSV a heading of its own', () => {
    const codes = [
      ...[FIELDS.line_kind, FIELDS.license_type, FIELDS.payout_reason].flatMap(({ values }) => values ?? []),
      ...[...CORRECTED_KINDS, ...Object.keys(EN.say.notices)],
    ];
    for (const code of codes) expect(DE.say.code(code), code).toMatch(/^[A-ZÄÖÜ]/);
    const headings = (Object.keys(ROW_COLUMNS) as RowColumn[]).map(DE.workbook.csvColumn);
    expect(new Set(headings).size).toBe(headings.length);
  });

  test('no sentence is left in English', () => {
    const same: string[] = [];
    const compare = (english: unknown, german: unknown, path: string): void => {
      if (typeof english === 'string') {
        if (english === german) same.push(path);
      } else if (typeof english === 'object' && english !== null) {
        for (const [name, value] of Object.entries(english))
          compare(value, Reflect.get(Object(german), name), `${path}.${name}`);
      }
    };
    compare(EN.say, DE.say, 'say');
    compare(EN.workbook, DE.workbook, 'workbook');
    expect(same).toEqual([]);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'tantieme-german-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!hasPoppler)('the PDF of a German statement has German headings, numbers and dates', () => {
  const doc = busyMonth(30, {
    locale: 'de',
    tax: 12_345n,
    reversals: [150n],
    notices: [['bank_failed', 'no_account']],
  });
  const path = join(folder, 'statement.pdf');
  writeFileSync(path, renderPdf(doc));
  const read = (tool: string, ...options: string[]) => execFileSync(tool, options, { encoding: 'utf8' });
  expect(read('pdfinfo', path)).toMatch(/^Title: +Lizenzabrechnung für Januar 2026/m);
  expect(renderPdf(doc).includes('/Lang (de)')).toBe(true);
  // The recipe writes formulas and explanations in English, which the document gives to the PDF as they are.
  const told = [
    ...doc.lines.flatMap(({ formula, asset_title }) => [formula, asset_title]),
    doc.payout_decision.explanation,
  ];
  const text = [...told, ...doc.tax.map(({ explanation }) => explanation), doc.issuer.name].reduce(
    (left, sentence) => left.replaceAll(sentence, ''),
    read('pdftotext', '-raw', path, '-').replace(/\s+/g, ' '),
  );
  for (const words of ['1.–31. Januar 2026', 'Datum 03.02.2026', '− Steuerabzug 123,45', 'Summe der Lizenzerlöse'])
    expect(text).toContain(words);
  expect(text).not.toMatch(/\d\.\d\d(?!\.)\b|\b(the|of|and|is|January|December|Amount|Payouts?|Statement)\b/);
});
