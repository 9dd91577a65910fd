import { parseDecimal } from '../../warehouse/money.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import { considerationOf, rulesOf } from './amounts.ts';
import type { RuleAmounts } from './document.ts';
import type { FormCreator, FormRequest } from './form-year.ts';
import { leftToHand, type Reason, type TaxFormName } from './words.ts';

/** What a person must decide, because no form can say it. */
export function faultsOf({ creator_id, gross_minor, parts }: FormCreator, { form, file }: FormRequest): string[] {
  if (form === 'generic') return [];
  const { payer_id, payer } = file;
  const other = parts
    .flatMap(({ rules }) => rules)
    .find(({ earlier_on, payer_country }) => earlier_on === null && payer_country !== payer.address.country);
  if (payer_id !== MAIN_PAYER && other) {
    return [
      `${creator_id}: its payer is ${payer_id}, but tax of ${other.payer_country} was computed on what it was credited, because its payer was set after a month was closed; decide how it is reported, ${leftToHand(file, form)}.`,
    ];
  }
  if (gross_minor < 0n) {
    return [
      `${creator_id}: the gross amount of the year is negative, because more was taken back than credited; decide how it is reported, ${leftToHand(file, form)}.`,
    ];
  }
  if (form === 'us_1042_s') {
    const rules = parts.flatMap((part) => rulesOf(part, { form, file }));
    return faultsOf1042(creator_id, { rules, file });
  }
  if (form !== 'dac7') return [];
  return [0, 1, 2, 3]
    .filter((index) => parts.some(({ quarters }) => considerationOf(quarters[index], file) < 0n))
    .map(
      (index) =>
        `${creator_id}: the consideration of quarter ${index + 1} is negative, because more was taken back than credited; decide how it is reported, ${leftToHand(file, form)}.`,
    );
}

/** The form on which tax by a rule is: backup withholding on 1099-MISC, tax of 26 USC 1441 on 1042-S, that of another country on no form of the IRS. */
const formOf = ({ payer_country, payee_status }: RuleAmounts): TaxFormName | undefined => {
  if (payer_country !== 'US') return undefined;
  return payee_status.startsWith('foreign') ? 'us_1042_s' : 'us_1099_misc';
};

/**
 * Who was a resident for one part of a year and foreign for another, or was taken for it, has income of both forms, which only a person can divide: box 4 of
 * 1099-MISC is backup withholding alone. So has somebody who is left out as being of the other form, but of whom tax of this one was withheld; on 1042-S
 * also somebody with income without tax, as by a treaty: it is reported all the same (26 CFR 1.1461-1(c)), and 1099-MISC may leave the creator out.
 */
export function faultsOfStatus(
  { creator_id, parts }: FormCreator,
  reason: Reason | undefined,
  { form, file }: Pick<FormRequest, 'form' | 'file'>,
): string[] {
  if (form !== 'us_1099_misc' && form !== 'us_1042_s') return [];
  const isOn = reason === undefined;
  if (!isOn && reason !== 'foreign_documented' && reason !== 'not_foreign') return [];
  const isOdd = (rule: RuleAmounts): boolean => {
    const isOfForm = formOf(rule) === form;
    const isOfYear =
      rule.earlier_on === null && rule.payer_country === 'US' && parseDecimal(rule.taxable_amount) !== 0n;
    if (isOn) return !isOfForm && (rule.withheld_minor !== 0n || isOfYear);
    return isOfForm && (rule.withheld_minor !== 0n || (isOfYear && form === 'us_1042_s'));
  };
  const odd = parts.flatMap((part) => rulesOf(part, { form, file })).find(isOdd);
  if (!odd) return [];
  const has = isOn === (form === 'us_1099_misc') ? 'W-9' : 'W-8';
  const as =
    formOf(odd) === 'us_1042_s' ? 'as foreign' : formOf(odd) === undefined ? 'for another country' : 'as a resident';
  return [
    `${creator_id}: it has a ${has}, but tax of the year was computed by the rule ${odd.withholding_rule_id}, ${as}; decide how it is reported, ${leftToHand(file, form)}.`,
  ];
}

/** A rule is a form of its own, so none may be negative. */
function faultsOf1042(
  creator_id: string,
  { rules, file }: Pick<FormRequest, 'file'> & { readonly rules: readonly RuleAmounts[] },
): string[] {
  const ofRules = Map.groupBy(rules, (rule) => `${rule.withholding_rule_id} ${rule.withholding_rate_ppm}`);
  return [...ofRules.values()].flatMap((group) => {
    const [{ withholding_rule_id: rule }] = group as [RuleAmounts];
    const taxable = group.reduce((sum, { taxable_amount }) => sum + parseDecimal(taxable_amount), 0n);
    const withheld = group.reduce((sum, { withheld_minor }) => sum + withheld_minor, 0n);
    if (taxable >= 0n && withheld >= 0n) return [];
    return [
      `${creator_id}: what was credited by the rule ${rule} is negative; decide how it is reported, ${leftToHand(file, 'us_1042_s')}.`,
    ];
  });
}
