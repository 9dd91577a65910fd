import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { groupDigits, splitAmount } from './format.ts';
import type { Withholding } from './read.ts';

/** The sentences about the tax that is withheld. */

/** 300000n → `30 %`, 158250n → `15.825 %`. */
export function rateOf(ppm: bigint): string {
  const fraction = (ppm % 10_000n).toString().padStart(4, '0').replace(/0+$/, '');
  return `${ppm / 10_000n}${fraction && `.${fraction}`} %`;
}

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region' });

/** `DE` → `Germany`; a code that is no country stays as it is. */
function countryOf(code: string): string {
  try {
    return COUNTRIES.of(code) ?? code;
  } catch {
    return code;
  }
}

const WHAT: Readonly<Record<string, string>> = {
  domestic: 'your royalties',
  domestic_unidentified: 'your royalties',
  foreign: 'your royalties for use there or in an unknown country',
  foreign_treaty: 'your royalties for use there or in an unknown country',
};

/** What is missing where the status of a payee was assumed: in the United States a form, elsewhere the residence. */
const ASSUMED_WITHOUT: Readonly<Record<string, string>> = {
  US: 'You have given no valid tax form; the rate may change once you do.',
};

/** How the tax was calculated, and what was assumed, in words for the creator. */
export function explainTax(withheld: Withholding): string {
  const { currency, payee_status, withholding_rule_id, withholding_rate_ppm } = withheld;
  const what = requirePresent(WHAT[payee_status], `The status ${payee_status} of a payee must have a sentence.`);
  const amount = (minor: bigint): string => `${currency} ${groupDigits(minorToDecimal(minor, currency))}`;
  const { main, tail } = splitAmount(withheld.taxable_amount, currency);
  const [, , treaty = ''] = withholding_rule_id.split('-');
  const why =
    payee_status === 'foreign_treaty'
      ? `, by the treaty with ${countryOf(treaty)}`
      : payee_status === 'domestic_unidentified'
        ? ', because there is no taxpayer number for you or the tax office asks for it'
        : '';
  const sum =
    withholding_rate_ppm === 0n
      ? `none is withheld${why}`
      : `${rateOf(withholding_rate_ppm)} of ${currency} ${main}${tail}, ${what}, is ${amount(withheld.withheld_minor - withheld.not_given_back_minor)}${why}`;
  const sentences = [
    `Withholding tax (${countryOf(withheld.payer_country)}): ${sum}.`,
    ...(withheld.status_basis === 'assumed'
      ? [
          ASSUMED_WITHOUT[withheld.payer_country] ??
            'We do not know in which country you live; the rate may change once we do.',
        ]
      : []),
    ...(withheld.not_given_back_minor === 0n
      ? []
      : [
          `Of that, ${amount(withheld.not_given_back_minor)} was not withheld in this year, so we cannot give it back; you can claim it from the tax office.`,
        ]),
  ];
  return sentences.join(' ');
}
