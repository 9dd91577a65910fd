import type { InvoiceFile, InvoiceSettings } from '../../../reports/invoice/invoice-file.ts';
import { parseInvoiceFile } from '../../../reports/invoice/invoice-file.ts';

/** A complete invoice file: the one of the README. */
export const EXAMPLE: InvoiceSettings = {
  issuer: {
    name: 'Example Marketplace GmbH',
    address: { street: 'Hauptstr. 1', city: 'Berlin', region: null, postal_code: '10115', country: 'DE' },
    vat_id: 'DE136695976',
    tax_number: null,
    registration_id: 'HRB 12345',
    email: 'billing@example.com',
    phone: null,
  },
  account: { number: 'DE02120300000000202051', holder: 'Example Marketplace GmbH', bic: 'BYLADEM1001' },
  decided_on: '2026-01-10',
  self_billing: {
    royalties_are: 'supplies_to_the_platform',
    agreement_versions: ['2026-01'],
    number_prefix: 'SB-',
    payment_terms: 'Paid out under the terms of the marketplace.',
    notes: [],
    treatments: [
      {
        ...{
          countries: ['FR', 'AT'],
          party: 'with_vat_id',
          category: 'AE',
          percent: '0',
          exemption_code: 'VATEX-EU-AE',
        },
        ...{
          exemption_reason: 'Reverse charge',
          source: 'Directive 2006/112/EC, Article 196',
          checked_on: '2026-01-10',
        },
      },
      {
        ...{ countries: ['DE'], party: 'without_vat_id', category: 'E', percent: '0', exemption_code: null },
        ...{ exemption_reason: 'Small enterprise', source: 'UStG § 19', checked_on: '2026-01-10' },
      },
    ],
  },
  usage: {
    number_prefix: 'INV-',
    payment_terms: 'Payable within 14 days.',
    notes: ['Thank you.'],
    treatments: [
      {
        ...{ countries: ['DE'], party: 'with_vat_id', category: 'S', percent: '19' },
        ...{ exemption_code: null, exemption_reason: null, source: 'UStG § 12 (1)', checked_on: '2026-01-10' },
      },
      {
        ...{ countries: ['US', 'CA'], party: 'without_vat_id', category: 'O', percent: null },
        exemption_code: 'VATEX-EU-O',
        ...{
          exemption_reason: 'Not subject to VAT',
          source: 'Directive 2006/112/EC, Article 44',
          checked_on: '2026-01-10',
        },
      },
    ],
  },
};

export type Example = typeof EXAMPLE;

/** The example, or a changed one, as it is read. */
export function invoiceFile(change: (example: Example) => void = () => undefined): InvoiceFile {
  const example = structuredClone(EXAMPLE);
  change(example);
  return parseInvoiceFile(Buffer.from(JSON.stringify(example)), 'invoices.json');
}
