import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { treatmentOf } from '../../../reports/invoice/invoice-file.ts';
import { EXAMPLE, type Example, invoiceFile } from './example.ts';

const treatments = ({ self_billing }: Example) => self_billing?.treatments ?? [];

it.each<[string, (example: Example) => void, RegExp]>([
  ['a choice that is missing', (file) => Reflect.deleteProperty(file, 'decided_on'), /required property 'decided_on'/],
  [
    'a treatment that is missing',
    (file) => Object.assign(file.usage ?? {}, { treatments: [] }),
    /usage.treatments must NOT have fewer/,
  ],
  [
    'a tax that is none',
    (file) => Object.assign(file.usage?.treatments[0] ?? {}, { percent: '0' }),
    /usage.treatments.0.percent must be positive for S/,
  ],
  [
    'VAT that nobody pays to the creator',
    (file) => Object.assign(treatments(file)[1] ?? {}, { category: 'S', percent: '19', exemption_reason: null }),
    /self_billing.treatments.1.category cannot be S: the ledger does not book VAT on royalties/,
  ],
  [
    'reverse charge without its code',
    (file) => Object.assign(treatments(file)[0] ?? {}, { exemption_code: null }),
    /treatments.0.exemption_code must be VATEX-EU-AE for AE/,
  ],
  [
    'reverse charge in the country of the issuer',
    (file) => Object.assign(treatments(file)[0] ?? {}, { countries: ['FR', 'DE'] }),
    /treatments.0.countries has DE, where the issuer is/,
  ],
  [
    'reverse charge for a party without a VAT id',
    (file) => Object.assign(treatments(file)[0] ?? {}, { party: 'without_vat_id' }),
    /treatments.0.party must be with_vat_id for AE/,
  ],
  [
    'reverse charge by an issuer without a VAT id',
    (file) => Object.assign(file.issuer, { vat_id: null, tax_number: '12/345/67890' }),
    /issuer.vat_id is needed for AE in self_billing.treatments.0/,
  ],
  [
    'a country that is decided twice',
    (file) => Object.assign(treatments(file)[1] ?? {}, { countries: ['FR'], party: 'with_vat_id' }),
    /FR with_vat_id is decided twice/,
  ],
  [
    'one prefix for two sequences',
    (file) => Object.assign(file.usage ?? {}, { number_prefix: 'SB-' }),
    /usage.number_prefix is that of self_billing/,
  ],
  [
    'a VAT id with a wrong check digit',
    (file) => Object.assign(file.issuer, { vat_id: 'DE136695977' }),
    /issuer.vat_id is not a VAT id of DE: its length or its check digit is wrong/,
  ],
  [
    'a VAT id of another country',
    (file) => Object.assign(file.issuer.address, { country: 'GR' }),
    /issuer.vat_id must begin with EL, for the address is in GR/,
  ],
  [
    'an IBAN and a BIC that are none',
    (file) => Object.assign(file.account ?? {}, { number: 'DE00120300000000202051', bic: 'NONSENSE1' }),
    /account.number is not an IBAN.*account.bic is not a BIC/s,
  ],
  [
    'another payer with faults of its own',
    (file) =>
      Object.assign(file, {
        other_payers: {
          main: { issuer: file.issuer },
          ireland: {
            issuer: { ...file.issuer, vat_id: null },
            self_billing: { ...file.self_billing, number_prefix: 'IE-' },
          },
        },
      }),
    /other_payers\.ireland\.issuer\.vat_id is needed for AE.*other_payers: main is the issuer.*number_prefix must be the same for all payers/s,
  ],
  [
    'two companies that sell to one country under one prefix, one of them without a number of a tax office',
    (file) => {
      const usage = { ...file.usage, sells_to: ['FR'] };
      const unknown = { ...file.issuer, vat_id: null };
      Object.assign(file, { other_payers: { a: { issuer: file.issuer, usage }, b: { issuer: unknown, usage } } });
    },
    /other_payers\.b\.issuer\.vat_id is needed for usage.*usage\.number_prefix is the same for two.*a and b both sell to FR/s,
  ],
  [
    'an issuer whom no tax office knows',
    (file) => Object.assign(file.issuer, { vat_id: null }),
    /issuer.vat_id is needed for usage/,
  ],
])('%s is refused', (_, change, fault) => {
  expect(() => invoiceFile(change)).toThrow(fault);
});

test('a treatment is that of the country and kind of party, and nothing is assumed where none was decided', () => {
  const { usage } = invoiceFile();
  const of = (country: string, hasVatId: boolean) =>
    treatmentOf(usage?.treatments ?? [], { country, hasVatId })?.category;
  expect([of('DE', true), of('US', false), of('US', true), of('DE', false), of('BR', false)]).toEqual([
    ...['S', 'O', undefined, undefined, undefined],
  ]);
});

test('the README has the example', () => {
  const readme = readFileSync('reports/invoice/README.md', 'utf8');
  expect(JSON.parse(/```json\n(.*?)\n```/s.exec(readme)?.[1] ?? '')).toEqual(EXAMPLE);
});
