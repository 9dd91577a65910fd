import { expect, test } from 'vitest';
import { explainTax } from '../../../reports/statement/explain-tax.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import type { Withholding } from '../../../reports/statement/read.ts';

const WITHHELD: Withholding = {
  ...{ period: '2026-01', creator_id: 'cr_ada', currency: 'USD', credited_on: '2026-02-01', payer_country: 'US' },
  ...{ payee_status: 'foreign', status_basis: 'documented', withholding_rule_id: 'US-foreign' },
  ...{ withholding_rate_ppm: 300_000n, credited_amount: '1500', taxable_amount: '1000', withheld_minor: 30_000n },
  ...{ withheld_of_year_minor: 30_000n, not_given_back_minor: 0n },
};

const ASSUMED = { status_basis: 'assumed' };
/** What January's statement changes of what was credited on the first of December. */
const EARLIER = { credited_on: '2025-12-01' };
const SENTENCES: readonly [Partial<Withholding>, string][] = [
  [
    {},
    'Withholding tax (United States): 30 % of USD 1,000.00, your royalties for use there or in an unknown country, is USD 300.00.',
  ],
  [
    { payee_status: 'foreign_treaty', withholding_rule_id: 'US-foreign_treaty-DE', withholding_rate_ppm: 0n },
    'Withholding tax (United States): none is withheld, by the treaty with Germany.',
  ],
  [
    { ...ASSUMED, payee_status: 'domestic_unidentified', withholding_rate_ppm: 240_000n, withheld_minor: 24_000n },
    'Withholding tax (United States): 24 % of USD 1,000.00, your royalties, is USD 240.00, because there is no taxpayer number for you or the tax office asks for it. You have given no valid tax form; the rate may change once you do.',
  ],
  [
    { ...ASSUMED, payer_country: 'DE', withholding_rate_ppm: 158_250n, withheld_minor: 15_825n },
    'Withholding tax (Germany): 15.825 % of USD 1,000.00, your royalties for use there or in an unknown country, is USD 158.25. We do not know in which country you live; the rate may change once we do.',
  ],
  [
    { ...EARLIER, credited_amount: '-1000', taxable_amount: '-1000', withheld_minor: -30_000n },
    'Withholding tax (United States) of what is taken back: 30 % of USD 1,000.00, your royalties for use there or in an unknown country, is USD 300.00, as it was withheld.',
  ],
  [
    {
      ...EARLIER,
      ...ASSUMED,
      credited_amount: '-1000',
      taxable_amount: '-1000',
      withheld_minor: -10_000n,
      not_given_back_minor: 20_000n,
    },
    'Withholding tax (United States) of what is taken back: 30 % of USD 1,000.00, your royalties for use there or in an unknown country, is USD 300.00, as it was withheld. Of that, USD 200.00 was not withheld in this year, so we cannot give it back; you can claim it from the tax office.',
  ],
  [
    { ...EARLIER, withheld_minor: 10_000n, not_given_back_minor: -20_000n },
    'Withholding tax (United States) of what is credited again: 30 % of USD 1,000.00, your royalties for use there or in an unknown country, is USD 300.00, as at first. Of that, USD 200.00 was withheld in an earlier year, so it is not withheld again.',
  ],
  [
    {
      ...EARLIER,
      payee_status: 'domestic_unidentified',
      credited_amount: '-9',
      taxable_amount: '-9',
      withheld_minor: -270n,
    },
    'Withholding tax (United States) of what is taken back: 30 % of USD 9.00, your royalties, is USD 2.70, as it was withheld.',
  ],
  [
    { ...EARLIER, payee_status: 'domestic', withholding_rate_ppm: 0n, credited_amount: '-1000', withheld_minor: 0n },
    'Withholding tax (United States) of what is taken back: none was withheld.',
  ],
];

test.each(SENTENCES)('explains tax that is withheld: %o', (withheld, sentence) => {
  expect(explainTax({ ...WITHHELD, ...withheld }, languageOf('en'))).toBe(sentence);
});
