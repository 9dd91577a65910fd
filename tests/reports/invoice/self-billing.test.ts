import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultsOfInvoice } from '../../../reports/invoice/check-invoice.ts';
import type { InvoiceDraft } from '../../../reports/invoice/draft.ts';
import { treatmentOf } from '../../../reports/invoice/invoice-file.ts';
import type { ReportedUsage, RoyaltyLine } from '../../../reports/invoice/read.ts';
import { composeSelfBilling, divideRoyalties } from '../../../reports/invoice/self-billing.ts';
import { composeUsage } from '../../../reports/invoice/usage.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { invoiceFile } from './example.ts';
import { ADA, invoiceOf } from './invoices.ts';

const file = invoiceFile();
const settings = requirePresent(file.self_billing, 'The example has self-billing.');
const usage = requirePresent(file.usage, 'The example has usage.');
const treatment = requirePresent(treatmentOf(settings.treatments, { country: 'FR', hasVatId: true }), 'It is decided.');
const MONTHS = ['2025-11', '2025-12', '2026-01'] as const;
const invoiceOfMonth = new Map<string, ReturnType<typeof invoiceOf>>(
  MONTHS.map(
    (month) => [month, invoiceOf({ number: `SB-${month}`, issued_on: `${month}-28`, treatment: 'E' })] as const,
  ),
);

type Given = readonly [kind: string, earned_period: string, minor: bigint, more?: Partial<RoyaltyLine>];

function linesOf(given: readonly Given[]): RoyaltyLine[] {
  const stated_minor = given.reduce((sum, [, , minor]) => sum + minor, 0n);
  return given.map(([line_kind, earned_period, line_amount_minor, more = {}]) => ({
    ...{ creator_id: 'cr_ada', currency: 'EUR', line_kind, asset_id: 'as_1', license_type: 'one_time', earned_period },
    ...{ revenue_event_count: 2n, correction_id: null, corrected_kind: null, corrected_id: null },
    ...{ line_amount_minor, asset_title: 'Tiles\u0007\n& sons', stated_minor, ...more },
  }));
}

function compose(given: readonly Given[]): InvoiceDraft[] {
  const divided = divideRoyalties(linesOf(given), '2026-01');
  const credits = [...Map.groupBy(divided.credited, ({ earned_period }) => earned_period)].map(([month, lines]) => {
    const invoice = requirePresent(invoiceOfMonth.get(month), 'It was invoiced.');
    return { month, invoice, lines };
  });
  return composeSelfBilling({
    ...{ divided, period: '2026-01', party: ADA, language: 'en', file, settings, treatment, credits },
  });
}

const numbered = (draft: InvoiceDraft) => ({ ...draft, number: 'SB-1', issued_on: '2026-02-03' });

test('what was taken back of the same month nets, and of earlier months it is credited', () => {
  const drafts = compose([
    ['earning', '2026-01', 10_000n],
    ['earning', '2025-12', 300n],
    ['refund', '2026-01', -1_000n],
    ['refund', '2025-12', -200n],
    ['adjustment', '2025-11', -50n],
    ['adjustment', '2026-01', -7n, { corrected_kind: 'balance', correction_id: 'cor_1', asset_id: null }],
    ['adjustment', '2025-11', 11n, { corrected_kind: 'refund', correction_id: 'cor_2' }],
  ]);
  expect(drafts).toMatchObject([
    { kind: 'self_billed_invoice', totals: { net_minor: 9_311n }, preceding: [] },
    // Each with the tax of the invoice that it reduces, not with that of today.
    ...[
      { kind: 'self_billed_credit_note', totals: { net_minor: 200n }, preceding: [{ number: 'SB-2025-12' }] },
      { kind: 'self_billed_credit_note', totals: { net_minor: 50n }, preceding: [{ number: 'SB-2025-11' }] },
    ].map((note) => ({ ...note, taxes: [{ category: 'E', exemption_reason: 'Exempt: small enterprise' }] })),
  ]);
  expect(drafts[0]?.taxes).toMatchObject([{ category: 'AE' }]);
  expect(
    drafts[0]?.lines.map(({ name, description, quantity, price }) => [name, description, quantity, price]),
  ).toEqual([
    ['Tiles & sons', 'One-time licence · 2 purchases', '1', '100.00'],
    ['Tiles & sons', 'One-time licence · 2 purchases', '1', '3.00'],
    ['Tiles & sons', 'One-time licence · 2 refunds', '-1', '10.00'],
    ['Tiles & sons', 'One-time licence · correction cor_2', '1', '0.11'],
  ]);
  expect(drafts.map((draft) => faultsOfInvoice(numbered(draft)))).toEqual([[], [], []]);
});

test('lines that do not sum to the balance are not invoiced', () => {
  const [line] = linesOf([['earning', '2026-01', 10_000n]]);
  const other = { ...requirePresent(line, 'There is one.'), stated_minor: 9_999n };
  expect(() => divideRoyalties([other], '2026-01')).toThrow('must sum to 9999 minor units of EUR, as in its balance');
});

test('invoices less credit notes are what the statement says', () => {
  const line = fc.tuple(
    fc.constantFrom('earning', 'refund', 'adjustment'),
    fc.constantFrom(...MONTHS),
    fc.bigInt({ min: -10_000n, max: 100_000n }),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (given) => {
      const drafts = compose(given);
      const net = drafts.reduce(
        (sum, { kind, totals }) => sum + (kind === 'self_billed_invoice' ? totals.net_minor : -totals.net_minor),
        0n,
      );
      expect(net).toBe(given.reduce((sum, [, , minor]) => sum + minor, 0n));
      // A month that is negative in itself is the only thing that cannot be invoiced.
      for (const draft of drafts.filter(({ totals }) => totals.net_minor > 0n))
        expect(faultsOfInvoice(numbered(draft))).toEqual([]);
    }),
    { numRuns: 200, seed: 42 },
  );
});

const reported = (given: Partial<ReportedUsage>): ReportedUsage => ({
  ...{ invoice_id: 'inv_1', developer_id: 'dev_x', usage_period: '2026-01', amount: '10.03', tax_amount: '1.91' },
  ...{ currency: 'EUR', charge_id_stripe: null, correction_count: 0n, ...given },
});

test('an invoice for metered use has the tax that was reported, rounded line by line', () => {
  const draft = composeUsage({
    ...{ reported: [reported({}), reported({ invoice_id: 'inv_2', charge_id_stripe: 'ch_1' })], period: '2026-01' },
    ...{
      party: ADA,
      language: 'en',
      file,
      settings: usage,
      treatment: requirePresent(usage.treatments[0], 'It is decided.'),
    },
  });
  expect(draft.totals).toEqual({
    ...{ net_minor: 2_006n, tax_minor: 382n, gross_minor: 2_388n, paid_minor: 1_194n, due_minor: 1_194n },
  });
  expect(faultsOfInvoice(numbered(draft))).toEqual([]);
  const wrong = { ...draft, taxes: draft.taxes.map((tax) => ({ ...tax, tax_minor: 390n })) };
  expect(faultsOfInvoice(numbered(wrong)).join()).toContain('3.90 is not the tax of S 19');
});
