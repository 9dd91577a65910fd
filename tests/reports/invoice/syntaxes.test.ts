import { describe, expect, it } from 'vitest';
import { faultsOfInvoice } from '../../../reports/invoice/check-invoice.ts';
import { renderCii } from '../../../reports/invoice/cii.ts';
import { type Invoice, invoiceFromPlain, invoiceToPlain } from '../../../reports/invoice/invoice.ts';
import { renderInvoice } from '../../../reports/invoice/render.ts';
import { renderUbl } from '../../../reports/invoice/ubl.ts';
import { canonicalJson } from '../../../warehouse/canonical-json.ts';
import { readCii, readUbl } from './invoice-text.ts';
import { invoiceOf, PAPERS } from './invoices.ts';

describe('UBL and CII', () => {
  it.each(Object.entries(PAPERS))('say the same of %s', (_, invoice) => {
    expect(faultsOfInvoice(invoice)).toEqual([]);
    const ubl = readUbl(renderUbl(invoice));
    expect(readCii(renderCii(invoice))).toEqual(ubl);
    expect(Object.keys(ubl).length).toBeGreaterThan(30);
  });

  it('have what the invoice says', () => {
    const read = readUbl(
      renderUbl(invoiceOf({ kind: 'self_billed_credit_note', treatment: 'S', nets: [10_001n, -1n] })),
    );
    expect(read).toMatchObject({
      ...{ 'BT-1': ['SB-cr_ada-000001'], 'BT-3': '261', 'BT-5': ['EUR'], 'BT-25': ['SB-cr_ada-000000'] },
      ...{ 'BT-106': ['100.00'], 'BT-110': ['19.00'], 'BT-112': ['119.00'], 'BT-115': ['119.00'] },
      ...{ 'seller name': ['Studio Ada & Sœurs <SARL>'], 'buyer country': ['DE'] },
      ...{ '2 BT-129': ['-1'], '2 BT-146': ['0.01'], '2 BT-131': ['-0.01'], '2 BT-134': ['2026-01-01'] },
    });
  });

  it('have no decimal places in a currency without them', () => {
    const read = readUbl(renderUbl(invoiceOf({ currency: 'JPY', nets: [1_234_567n], treatment: 'S' })));
    expect(read).toMatchObject({ 'BT-106': ['1234567'], 'BT-110': ['234568'], 'BT-112': ['1469135'] });
  });
});

it('an invoice is rendered from its stored text with the same bytes', () => {
  const invoice = PAPERS['usage-paid-outside'] as Invoice;
  const stored = canonicalJson(invoiceToPlain(invoice));
  expect(invoiceFromPlain(JSON.parse(stored))).toEqual(invoice);
  expect(renderInvoice(invoiceFromPlain(JSON.parse(stored)))).toEqual(renderInvoice(invoice));
});

describe('our rules refuse', () => {
  const good = invoiceOf({ treatment: 'S' });
  const [line, ...others] = good.lines;
  const [tax] = good.taxes;
  if (!line || !tax) throw new Error('An invoice has a line and a tax.');
  it.each<[string, Partial<Invoice>, RegExp]>([
    ['a sum', { totals: { ...good.totals, net_minor: 1n } }, /net_minor: it must be 120.00, not 0.01 \(BR-CO-10\)/],
    ['an amount due', { totals: { ...good.totals, due_minor: 1n } }, /due_minor/],
    [
      'a line',
      { lines: [{ ...line, net_minor: 12_346n }, ...others] },
      /net_minor of line 1: 1 at 123.45 is not 123.46/,
    ],
    [
      'a negative price',
      { lines: [{ ...line, quantity: '-1', price: '-123.45' }, ...others] },
      /price of line 1.*BR-27/,
    ],
    ['a tax', { taxes: [{ ...tax, tax_minor: 2_283n }] }, /22.83 is not the tax of S 19 \(BR-CO-17\)/],
    ['a base', { taxes: [{ ...tax, base_minor: 12_001n }] }, /the base of S 19 must be 120.00/],
    ['a sum below zero', invoiceOf({ nets: [-500n] }), /the sum without tax is -5.00 EUR, which is nothing to invoice/],
    ['a missing rate', { taxes: [] }, /S 19 of a line is missing/],
    ['a rate without tax', { taxes: [{ ...tax, percent: '0' }] }, /the rate of S is positive, not zero/],
    [
      'reverse charge without a reason',
      {
        ...invoiceOf(),
        taxes: invoiceOf().taxes.map((each) => ({ ...each, exemption_code: null, exemption_reason: null })),
      },
      /AE needs the reason/,
    ],
    [
      'reverse charge without a VAT id of the customer',
      { ...invoiceOf(), customer: { ...good.customer, vat_id: null } },
      /vat_id of customer platform: AE needs it/,
    ],
    [
      'reverse charge without a VAT id of the supplier',
      { ...invoiceOf(), supplier: { ...good.supplier, vat_id: null, tax_number: '12/345/67890' } },
      /vat_id of supplier cr_ada: AE needs it/,
    ],
    [
      'reverse charge in one country',
      { ...invoiceOf(), supplier: { ...good.supplier, address: good.customer.address } },
      /AE is for parties in two countries, and both are in DE/,
    ],
    ['a VAT id outside the scope', { ...invoiceOf({ treatment: 'O' }), supplier: good.supplier }, /BR-O-02/],
    [
      'a VAT id without its country',
      { supplier: { ...good.supplier, vat_id: '40303265045' } },
      /vat_id of supplier cr_ada.*BR-CO-09/,
    ],
    [
      'a supplier that the tax office does not know',
      { supplier: { ...good.supplier, vat_id: null } },
      /vat_id of supplier cr_ada: S needs it, or tax_number/,
    ],
    ['a credit note of nothing', { kind: 'self_billed_credit_note' }, /preceding: a credit note names the invoice/],
    ['self-billing that does not say so', { notes: ['Thank you'] }, /the word Self-billing is missing/],
    [
      'a name of control characters',
      { supplier: { ...good.supplier, name: 'Ada\u0007' } },
      /name of supplier cr_ada: it has characters/,
    ],
    [
      'VAT in the currency of another country',
      { currency: 'USD' },
      /VAT of FR must be stated in EUR, and an invoice in USD/,
    ],
    ['three decimal places', { currency: 'KWD' }, /KWD has 3 decimal places, and an invoice of EN 16931 at most two/],
  ])('%s', (_, change, fault) => {
    expect(faultsOfInvoice(good)).toEqual([]);
    expect(faultsOfInvoice({ ...good, ...change }).join('; ')).toMatch(fault);
  });
});
