import { HEADERS_1099_MISC } from '../../../reports/tax/form-data.ts';
import { parseTaxFile, type TaxFile } from '../../../reports/tax/tax-file.ts';

/** A complete tax file. */
export const EXAMPLE = {
  payer: {
    name: 'Example Marketplace Inc.',
    address: { street: '1 Market St', city: 'Austin', region: 'TX', postal_code: '78701', country: 'US' },
    phone: '5125550100',
    email: 'tax@example.com',
  },
  year_basis: 'credited',
  rates: [
    { from: 'EUR', to: 'USD', year: '2026', rate: '1.10', source: 'IRS yearly average', date: '2027-01-05' },
    { from: 'USD', to: 'EUR', year: '2026', rate: '0.90', source: 'ECB, last day of the year', date: '2026-12-31' },
  ],
  us_1099_misc: {
    ein: '12-3456789',
    licence_fees_are: 'royalties',
    gross: 'after_platform_fee',
    refunds_of_earlier_years: 'not_deducted',
    combined_federal_state: false,
    recipient_copies: 'paper',
    headers: {
      '2026': { columns: HEADERS_1099_MISC['2023']?.columns, checked_on: '2027-01-10', checked_by: 'Ada' },
    },
  },
  us_1042_s: {
    ein: '12-3456789',
    licence_fees_are: 'royalties',
    income_code: '12',
    chapter_3_exemption_code_at_full_rate: '00',
    chapter_4_exemption_code: '15',
    agent_chapter_3_status_code: '02',
    agent_chapter_4_status_code: '02',
    refunds_of_earlier_years: 'not_deducted',
    recipient_copies: 'electronic_with_consent',
    boxes_checked: { '2026': { checked_on: '2027-01-10', checked_by: 'Ada' } },
  },
  dac7: {
    activity: 'personal_services',
    currency: 'EUR',
    sending_country: 'DE',
    receiving_country: 'DE',
    reportable_countries: ['DE', 'FR'],
    nexus: 'RPONEX1',
    operator_id: 'EXAMPLE1',
    tin: { country: 'US', value: '123456789' },
    vat_id: null,
    platform_name: 'Example Marketplace',
    financial_accounts: 'included',
  },
};

export type Example = typeof EXAMPLE;

/** The example with some of its settings changed. */
export function taxFile(change: (example: Example) => void = () => {}): TaxFile {
  const example = structuredClone(EXAMPLE);
  change(example);
  return parseTaxFile(Buffer.from(JSON.stringify(example)), 'tax.json');
}
