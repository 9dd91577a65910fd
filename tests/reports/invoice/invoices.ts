import { taxOf } from '../../../reports/invoice/check-tax.ts';
import type { Invoice, InvoiceKind, InvoiceLine, Party, TaxSubtotal } from '../../../reports/invoice/invoice.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';

/** Invoices for tests, as compact values: a line is its net in minor units. */

export const PLATFORM: Party = {
  party_id: 'platform',
  name: 'Example Marketplace GmbH',
  address: { street: 'Hauptstr. 1', city: 'Berlin', region: null, postal_code: '10115', country: 'DE' },
  vat_id: 'DE136695976',
  tax_number: null,
  registration_id: 'HRB 12345',
  email: 'billing@example.com',
  phone: '+49 30 123456',
};

export const ADA: Party = {
  party_id: 'cr_ada',
  name: 'Studio Ada & Sœurs <SARL>',
  address: { street: '12 rue de la Paix', city: 'Lyon', region: null, postal_code: '69001', country: 'FR' },
  vat_id: 'FR40303265045',
  tax_number: null,
  registration_id: null,
  email: null,
  phone: null,
};

type Treatment = Omit<TaxSubtotal, 'base_minor' | 'tax_minor'>;

export const TREATMENTS = {
  S: { category: 'S', percent: '19', exemption_code: null, exemption_reason: null },
  E: { category: 'E', percent: '0', exemption_code: null, exemption_reason: 'Exempt: small enterprise' },
  AE: { category: 'AE', percent: '0', exemption_code: 'VATEX-EU-AE', exemption_reason: 'Reverse charge' },
  G: { category: 'G', percent: '0', exemption_code: 'VATEX-EU-G', exemption_reason: 'Export of goods' },
  O: { category: 'O', percent: null, exemption_code: 'VATEX-EU-O', exemption_reason: 'Not subject to VAT' },
} as const satisfies Readonly<Record<string, Treatment>>;

export interface Given extends Partial<Omit<Invoice, 'lines' | 'taxes' | 'totals'>> {
  readonly nets?: readonly bigint[];
  readonly treatment?: keyof typeof TREATMENTS;
  readonly paid_minor?: bigint;
  readonly names?: readonly string[];
}

export function invoiceOf(given: Given = {}): Invoice {
  const { nets = [12_345n, -345n], treatment = 'AE', paid_minor = 0n, names = [], ...rest } = given;
  const kind: InvoiceKind = given.kind ?? 'self_billed_invoice';
  const currency = given.currency ?? 'EUR';
  const { category, percent } = TREATMENTS[treatment];
  const lines = nets.map((net_minor, at): InvoiceLine => {
    const price = minorToDecimal(net_minor < 0n ? -net_minor : net_minor, currency);
    return {
      ...{
        name: names[at] ?? `Asset ${at + 1}`,
        description: 'One-time licence · 3 purchases',
        item_id: `as_${at + 1}`,
      },
      ...{
        supplied_in: '2026-01',
        quantity: net_minor < 0n ? '-1' : '1',
        price,
        net_minor,
        tax: { category, percent },
      },
    };
  });
  const net_minor = nets.reduce((sum, net) => sum + net, 0n);
  const tax_minor = taxOf(net_minor, percent);
  const isOutside = treatment === 'O';
  const gross_minor = net_minor + tax_minor;
  return {
    schema_version: '1',
    ...{
      invoice_id: 'inv_1',
      kind,
      language: 'en',
      number: 'SB-cr_ada-000001',
      issued_on: '2026-02-03',
      currency,
      period: '2026-01',
    },
    supplier: isOutside ? { ...ADA, vat_id: null } : ADA,
    customer: isOutside ? { ...PLATFORM, vat_id: null } : PLATFORM,
    preceding: kind.endsWith('credit_note') ? [{ number: 'SB-cr_ada-000000', issued_on: '2026-01-03' }] : [],
    lines,
    taxes: [{ ...TREATMENTS[treatment], base_minor: net_minor, tax_minor }],
    totals: { net_minor, tax_minor, gross_minor, paid_minor, due_minor: gross_minor - paid_minor },
    payment_terms: 'Paid out under the terms of the marketplace.',
    account: null,
    notes: kind.startsWith('self_billed') ? ['Self-billing', 'Reverse charge'] : ['Thank you'],
    choices: ['The marketplace buys licences from creators and sells them in its own name.'],
    ...{ rule_set_on: '2026-11-26', invoice_file_hash: 'a'.repeat(64) },
    ...rest,
  };
}

/** One of each kind and tax, and what is unusual. */
export const PAPERS: Readonly<Record<string, Invoice>> = {
  'self-billed': invoiceOf(),
  'self-billed-credit': invoiceOf({ kind: 'self_billed_credit_note', nets: [500n, 25n] }),
  domestic: invoiceOf({ treatment: 'S', supplier: { ...ADA, address: PLATFORM.address, vat_id: 'DE811569869' } }),
  'small-enterprise': invoiceOf({ treatment: 'E', supplier: { ...ADA, vat_id: null, tax_number: '12/345/67890' } }),
  export: invoiceOf({ treatment: 'G' }),
  'outside-the-scope': invoiceOf({ treatment: 'O' }),
  usage: invoiceOf({
    ...{ kind: 'invoice', number: 'INV-000001', supplier: PLATFORM, customer: ADA, treatment: 'S', nets: [10_001n] },
    account: { number: 'DE02120300000000202051', holder: 'Example Marketplace GmbH', bic: 'BYLADEM1001' },
  }),
  'usage-paid-outside': invoiceOf({
    ...{
      kind: 'invoice',
      number: 'INV-000002',
      supplier: { ...PLATFORM, vat_id: null },
      nets: [10_001n],
      treatment: 'O',
      paid_minor: 10_001n,
    },
    customer: {
      ...{ ...ADA, party_id: 'dev_us', name: 'Dev Inc.', vat_id: null },
      address: { street: '1 Market St', city: 'Austin', region: 'TX', postal_code: '78701', country: 'US' },
    },
  }),
  'usage-credit': invoiceOf({ kind: 'credit_note', supplier: PLATFORM, customer: ADA, treatment: 'S', nets: [100n] }),
  german: invoiceOf({
    ...{ kind: 'self_billed_credit_note', language: 'de', nets: [123_456n] },
    notes: ['Gutschrift', 'Steuerschuldnerschaft des Leistungsempfängers'],
  }),
  yen: invoiceOf({ currency: 'JPY', nets: [1_234_567n] }),
  long: invoiceOf({
    nets: Array.from({ length: 60 }, (_, at) => BigInt(at + 1) * 1_000_003n),
    names: ['王小明 نועה', 'प्रिया “tiled & <framed>”', 'x'.repeat(180)],
  }),
};
