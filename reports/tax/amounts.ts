import { parseDecimal } from '../../warehouse/money.ts';
import type { CreatorYear, RuleAmounts } from './document.ts';
import type { FormRequest } from './form-year.ts';
import type { TaxFile } from './tax-file.ts';

/** What is before tax in a part of a year, in minor units of its own currency. */
export function grossOf(part: CreatorYear, { form, file }: Pick<FormRequest, 'form' | 'file'>): bigint {
  const gross = part.quarters.reduce((sum, quarter) => sum + grossOfQuarter(quarter, { form, file }), 0n);
  if (!isWithoutEarlier({ form, file })) return gross;
  return gross - part.earlier_minor - (hasFee({ form, file }) ? part.earlier_fee_minor : 0n);
}

/** Whether a form of the IRS is before what was taken back of earlier years' royalties, as the operator has decided (ruling 163). */
function isWithoutEarlier({ form, file }: Pick<FormRequest, 'form' | 'file'>): boolean {
  if (form !== 'us_1099_misc' && form !== 'us_1042_s') return false;
  return file[form]?.refunds_of_earlier_years === 'not_deducted';
}

/** The rules of a part of a year whose amounts are on the form: of an earlier year's credit, what was taken back may be left out. */
export function rulesOf({ rules }: CreatorYear, request: Pick<FormRequest, 'form' | 'file'>): RuleAmounts[] {
  const isLeftOut = ({ earlier_on, taxable_amount }: RuleAmounts): boolean =>
    earlier_on !== null && parseDecimal(taxable_amount) <= 0n;
  return isWithoutEarlier(request) ? rules.filter((rule) => !isLeftOut(rule)) : [...rules];
}

const hasFee = ({ form, file }: Pick<FormRequest, 'form' | 'file'>): boolean =>
  form === 'us_1099_misc' && file.us_1099_misc?.gross === 'before_platform_fee';

/** By the date that the operator has chosen: what was credited, or what was paid and withheld. */
function grossOfQuarter(
  quarter: CreatorYear['quarters'][number],
  { form, file }: Pick<FormRequest, 'form' | 'file'>,
): bigint {
  const { credited_minor, taken_back_minor, fee_minor, sent_minor, returned_minor, withheld_minor } = quarter;
  if (file.year_basis === 'paid') return sent_minor - returned_minor + withheld_minor;
  return credited_minor + taken_back_minor + (hasFee({ form, file }) ? fee_minor : 0n);
}

/** Net of fees and tax: Directive (EU) 2021/514, Annex V, section I, A(10). */
export function considerationOf(quarter: CreatorYear['quarters'][number] | undefined, file: TaxFile): bigint {
  return quarter ? grossOfQuarter(quarter, { form: 'dac7', file }) - quarter.withheld_minor : 0n;
}
