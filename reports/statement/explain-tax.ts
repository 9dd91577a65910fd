import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal, parseDecimal } from '../../warehouse/money.ts';
import { parsePeriod, periodEnd } from '../../warehouse/period.ts';
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
  const { currency, period, credited_on, withholding_rate_ppm, not_given_back_minor } = withheld;
  const { tax } = language.say;
  const isOfPeriod = credited_on === new Date(periodEnd(parsePeriod(period))).toISOString().slice(0, 10);
  const isBack = !isOfPeriod && parseDecimal(withheld.credited_amount) < 0n;
  const money = (decimal: string): string => language.money(isBack ? decimal.replace(/^-/, '') : decimal, currency);
  const size = (minor: bigint): string =>
    language.money(minorToDecimal(minor < 0n ? -minor : minor, currency), currency);
  const country = countryOf(withheld.payer_country, language.locale);
  const why = reasonOf(withheld, { language, isOfPeriod });
  const change = minorToDecimal(withheld.withheld_minor - not_given_back_minor, currency);
  const [none, some] = isOfPeriod
    ? [tax.none, tax.withheld]
    : isBack
      ? [tax.noneTakenBack, tax.takenBack]
      : [tax.noneAgain, tax.again];
  const bases: Readonly<Record<string, string | undefined>> = tax.of;
  const what = requirePresent(
    bases[withheld.payee_status],
    `The status ${withheld.payee_status} of a payee must have a sentence.`,
  );
  const rate = language.rate(rateOf(withholding_rate_ppm));
  const of = { country, rate, base: money(withheld.taxable_amount), what, sum: money(change), why };
  // What is missing where the status of a payee was assumed: in the United States a form, elsewhere the residence.
  const missing = withheld.payer_country === 'US' ? tax.withoutForm : tax.withoutResidence;
  const sentences = [
    withholding_rate_ppm === 0n ? none(country, why) : some(of),
    ...(withheld.status_basis === 'assumed' && isOfPeriod ? [missing] : []),
    ...(not_given_back_minor > 0n ? [tax.notGivenBack(size(not_given_back_minor))] : []),
    ...(not_given_back_minor < 0n ? [tax.heldAlready(size(not_given_back_minor))] : []),
  ];
  return sentences.join(' ');
}

/** Why at this rate; what was missing then may be there by now. */
function reasonOf(
  { payee_status, withholding_rule_id }: Withholding,
  { language: { say, locale }, isOfPeriod }: { language: Language; isOfPeriod: boolean },
): string {
  const [, , treaty = ''] = withholding_rule_id.split('-');
  if (payee_status === 'foreign_treaty') return say.tax.byTreaty(countryOf(treaty, locale));
  return payee_status === 'domestic_unidentified' && isOfPeriod ? say.tax.unidentified : '';
}
