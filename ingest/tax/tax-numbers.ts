import countries from 'i18n-iso-countries';
import { electronicFormatIBAN, isValidIBAN } from 'ibantools';
import { euVat, stdnum, type Validator, validateEntity, validatePerson } from 'stdnum';

/** Whether numbers have the form that their issuers give them. A function returns what is wrong, without the number; undefined if nothing is. */

type Fault = string | undefined;
type UsTinType = 'ssn' | 'itin' | 'ein';

const US_FORMS: Readonly<Record<UsTinType, { readonly pattern: RegExp; readonly written: string }>> = {
  ssn: { pattern: /^\d{3}-?\d{2}-?\d{4}$/, written: '123-45-6789' },
  itin: { pattern: /^\d{3}-?\d{2}-?\d{4}$/, written: '912-70-1234' },
  ein: { pattern: /^\d{2}-?\d{7}$/, written: '12-3456789' },
};

/**
 * A TIN of the United States by its declared type: an EIN and an ITIN can have the same digits. SSN: not 000, 666 or 9xx, no group 00, no
 * serial 0000, none that was published. EIN: a prefix that the IRS assigns. ITIN: 9xx with a fourth and fifth digit of 50–65, 70–88, 90–92 or 94–99.
 * Sources: ssa.gov/employer/randomization.html, irs.gov (How EINs are assigned), irs.gov/pub/irs-pdf/p1915.pdf.
 */
export function usTinFault(type: UsTinType, value: string): Fault {
  const { pattern, written } = US_FORMS[type];
  const name = type.toUpperCase();
  if (!pattern.test(value)) return `is not an ${name}; write its nine digits as ${written}`;
  const digits = value.replaceAll('-', '');
  const isRight = { ssn: isSsn, itin: isItin, ein: (text: string) => stdnum.US?.ein?.validate(text).isValid }[type];
  return isRight(digits)
    ? undefined
    : `cannot be an ${name}: none is issued with such digits; compare it with the creator's document`;
}

function isSsn(digits: string): boolean {
  const isIssued = !/^(000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
  return isIssued && stdnum.US?.ssn?.validate(digits).isValid === true;
}

function isItin(digits: string): boolean {
  const group = Number(digits.slice(3, 5));
  const isGroup = [
    [50, 65],
    [70, 88],
    [90, 92],
    [94, 99],
  ].some(([from = 0, to = 0]) => group >= from && group <= to);
  return digits.startsWith('9') && isGroup;
}

/** Numbers that stdnum has of a country and that are not for tax. */
const NOT_FOR_TAX: ReadonlySet<string> = new Set([
  ...['cbu', 'clabe', 'kontonr', 'bank', 'aic', 'passport', 'ncf', 'onderwijsnummer', 'bc_bhn'],
]);
/** A German tax office's number has hardly a form, so it would let a mistyped identification number pass. */
const ONLY_NUMBERS: Readonly<Record<string, readonly string[]>> = { 'DE person': ['idnr'] };
/** Where stdnum has other numbers of such holders, but not the TIN of each. */
const UNKNOWN_FORMS: ReadonlySet<string> = new Set(['HU person', 'ID person', 'VN person', 'LU entity', 'MT entity']);

/**
 * A TIN of another country. It is checked only where stdnum has numbers of such holders: then it must be one of the country's numbers,
 * for some persons use a business's and the other way round. Elsewhere any text will do.
 */
export function foreignTinFault(country: string, value: string, holder: 'person' | 'entity'): Fault {
  if (country === 'US') return 'is of the United States; give it as a US TIN';
  const key = `${country} ${holder}`;
  const { checked } = holder === 'person' ? validatePerson(country, value) : validateEntity(country, value);
  if (!checked || UNKNOWN_FORMS.has(key)) return undefined;
  const candidates = Object.entries(stdnum[country] ?? {}).filter(
    ([name]) => !NOT_FOR_TAX.has(name) && (ONLY_NUMBERS[key]?.includes(name) ?? true),
  );
  if (candidates.some(([, validator]) => isValid(validator, value))) return undefined;
  return `is not a TIN of ${country}: its length or its check digit is wrong; compare it with the creator's document`;
}

/** VAT ids that are not of the European Union. */
const OTHER_VAT: Readonly<Record<string, Validator | undefined>> = { GB: stdnum.GB?.vat, NO: stdnum.NO?.mva };

/** A VAT id of a country; Greece writes EL, Northern Ireland XI. Elsewhere than in Europe any text will do. Nothing asks VIES. */
export function vatIdFault(country: string, vatId: string): Fault {
  const validators = euVat[country] ?? [OTHER_VAT[country]].filter((each) => each !== undefined);
  if (validators.length === 0) return undefined;
  const id = vatId.replace(/[\s.-]/g, '').toUpperCase();
  const prefixes = { GR: 'EL', GB: 'XI|GB' }[country] ?? country;
  const number = id.replace(new RegExp(`^(${prefixes})`), '');
  if (validators.some((each) => isValid(each, id) || isValid(each, number))) return undefined;
  return `is not a VAT id of ${country}: its length or its check digit is wrong; compare it with the creator's document`;
}

export function ibanFault(value: string): Fault {
  if (isValidIBAN(electronicFormatIBAN(value) ?? '')) return undefined;
  return 'is not an IBAN: its length or its check digits are wrong';
}

export function countryFault(code: string): Fault {
  if (countries.alpha2ToAlpha3(code) !== undefined) return undefined;
  return 'is not a country of ISO 3166-1; give its two letters, such as DE for Germany';
}

function isValid(validator: Validator, value: string): boolean {
  return validator.validate(value).isValid;
}
