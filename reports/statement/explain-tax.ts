import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Language } from './language.ts';
import type { Withholding } from './read.ts';

/** The sentences about the tax that is withheld. */

/** 300000n → `30 %`, 158250n → `15.825 %`. */
export function rateOf(ppm: bigint): string {
  const fraction = (ppm % 10_000n).toString().padStart(4, '0').replace(/0+$/, '');
  return `${ppm / 10_000n}${fraction && `.${fraction}`} %`;
}

const countries = new Map<string, Intl.DisplayNames>();

/** `DE` → `Germany`; a code that is no country stays as it is. */
function countryOf(code: string, locale: string): string {
  const names = countries.get(locale) ?? new Intl.DisplayNames(locale, { type: 'region' });
  countries.set(locale, names);
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** How the tax was calculated, and what was assumed, in words for the creator. */
export function explainTax(withheld: Withholding, language: Language): string {
  const { currency, payee_status, withholding_rule_id, withholding_rate_ppm, payer_country } = withheld;
  const { tax } = language.say;
  const bases: Readonly<Record<string, string | undefined>> = tax.of;
  const what = requirePresent(bases[payee_status], `The status ${payee_status} of a payee must have a sentence.`);
  const amount = (minor: bigint): string => language.money(minorToDecimal(minor, currency), currency);
  const [, , treaty = ''] = withholding_rule_id.split('-');
  const why =
    payee_status === 'foreign_treaty'
      ? tax.byTreaty(countryOf(treaty, language.locale))
      : payee_status === 'domestic_unidentified'
        ? tax.unidentified
        : '';
  const country = countryOf(payer_country, language.locale);
  const rate = language.rate(rateOf(withholding_rate_ppm));
  const base = language.money(withheld.taxable_amount, currency);
  const sum = amount(withheld.withheld_minor - withheld.not_given_back_minor);
  // What is missing where the status of a payee was assumed: in the United States a form, elsewhere the residence.
  const assumed = payer_country === 'US' ? tax.withoutForm : tax.withoutResidence;
  const sentences = [
    withholding_rate_ppm === 0n ? tax.none(country, why) : tax.withheld({ country, rate, base, what, sum, why }),
    ...(withheld.status_basis === 'assumed' ? [assumed] : []),
    ...(withheld.not_given_back_minor === 0n ? [] : [tax.notGivenBack(amount(withheld.not_given_back_minor))]),
  ];
  return sentences.join(' ');
}
