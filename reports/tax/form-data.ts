import { Rejected } from '../../warehouse/errors.ts';
import type { HeaderColumn, Us1042SSettings, Us1099MiscSettings } from './tax-file.ts';

/** A threshold of a form, in minor units of its currency, for years from `from_year` on. */
interface Threshold {
  readonly from_year: string;
  readonly minor: bigint;
  readonly source: string;
}

/** 1099-MISC, box 2. Ended by a later row, never changed. */
export const ROYALTY_THRESHOLDS: readonly Threshold[] = [
  { from_year: '2000', minor: 1000n, source: '26 USC 6050N(a): royalties of $10 or more in a calendar year' },
];

/** Fewer sales than this, for at most so much in EUR, exclude a seller of goods. */
export const EXCLUDED_SELLER = {
  sales: 30n,
  minor: 200_000n,
  source: 'Directive (EU) 2021/514, Annex V, section I, B(4)(d)',
} as const;

/** Printed on recipient copies; to be compared with the form of the year. */
export const OMB_NUMBERS = { us_1099_misc: '1545-0115', us_1042_s: '1545-0096' } as const;

/** The headings of a template of IRIS for one year. Nobody has compared it with the IRS's own if `checked_on` is null. */
interface FormHeader {
  readonly columns: readonly HeaderColumn[];
  readonly source: string;
  readonly checked_on: string | null;
  readonly checked_by: string | null;
}

const state = (n: number): string[] => [
  `State ${n}`,
  ...[
    'State Tax Withheld',
    'State/Payer state number',
    'State income',
    'Local income tax withheld',
    'Special Data Entries',
  ].map((name) => `State ${n} - ${name}`),
];

const party = (who: 'Payer' | 'Recipient'): string[] => [
  ...[`${who} TIN Type`, `${who} Taxpayer ID Number`, `${who} Name Type`],
  ...[`${who} Business or Entity Name Line 1`, `${who} Business or Entity Name Line 2`],
  ...[`${who} First Name`, `${who} Middle Name`, `${who} Last Name (Surname)`, `${who} Suffix`, `${who} Country`],
  ...[`${who} Address Line 1`, `${who} Address Line 2`, `${who} City/Town`],
  ...[`${who} State/Province/Territory`, `${who} ZIP/Postal Code`],
];

/** The misspelling in box 8 is the template's. */
const COLUMNS_2023: readonly string[] = [
  ...['Form Type', 'Tax Year', ...party('Payer'), 'Payer Phone Type', 'Payer Phone', 'Payer Email Address'],
  ...[...party('Recipient'), 'Office Code', 'Form Account Number', 'FATCA Filing Requirements', '2nd TIN Notice'],
  ...['Box 1 - Rents', 'Box 2 - Royalties', 'Box 3 - Other Income', 'Box 4 - Federal income tax withheld'],
  ...['Box 5 - Fishing boat proceeds', 'Box 6 - Medical and health care payments'],
  'Box 7 - Direct sales of $5000 or more of consumer products to a recipient for resale',
  'Box 8 - Subtitute payments in lieu of dividends or interest',
  ...['Box 9 - Crop insurance proceeds', 'Box 10 - Gross proceeds paid to an attorney'],
  ...['Box 11 - Fish purchased for resale', 'Box 12 - Section 409A deferrals'],
  ...['Box 14 - Excess golden parachute payments', 'Box 15 - Nonqualified deferred compensation'],
  ...['Combined Federal/State Filing', ...state(1), ...state(2)],
];

/** The heading for whether a return is corrected. That of 2023 has none; of a year whose template has one, the tax file names it. */
export const CORRECTED_COLUMN = 'Corrected';

export const HEADERS_1099_MISC: Readonly<Record<string, FormHeader>> = {
  '2023': {
    columns: COLUMNS_2023,
    source: 'two public programs that file with it; not the IRS itself',
    checked_on: null,
    checked_by: null,
  },
};

/** A heading, and the column of 2023 whose value stands below it; null for none. */
interface CheckedColumn {
  readonly title: string;
  readonly as: string | null;
}

/** The header of a year and who has checked it. Throws `Rejected` for a year whose header nobody has checked, or with a heading that is not known. */
export function requireHeader1099Misc(
  year: string,
  { headers }: Pick<Us1099MiscSettings, 'headers'>,
): { readonly columns: readonly CheckedColumn[]; readonly checked_on: string; readonly checked_by: string } {
  const header = headers[year] ?? HEADERS_1099_MISC[year];
  if (!header || header.checked_on === null || header.checked_by === null) {
    throw new Rejected(
      `1099-MISC of ${year} cannot be exported, because nobody has checked the header of its CSV: download the template from the IRIS Taxpayer Portal, and put its headings into us_1099_misc.headers.${year} of the tax file as {"columns": [...], "checked_on": "YYYY-MM-DD", "checked_by": "..."}.`,
    );
  }
  const columns = header.columns.map((column) => (typeof column === 'string' ? { title: column, as: column } : column));
  const unknown = columns
    .filter(({ as }) => as !== null && as !== CORRECTED_COLUMN && !COLUMNS_2023.includes(as))
    .map(({ as }) => `"${as}"`);
  if (unknown.length > 0) {
    throw new Rejected(
      `1099-MISC of ${year} cannot be exported, because the headings ${unknown.join(', ')} are not known; write each as {"title": ..., "as": the heading of 2023 that it takes, or null}.`,
    );
  }
  const missing = REQUIRED.filter((name) => !columns.some(({ as }) => as === name));
  if (missing.length > 0) {
    throw new Rejected(
      `1099-MISC of ${year} cannot be exported, because no heading takes ${missing.map((name) => `"${name}"`).join(', ')}; correct us_1099_misc.headers.${year} of the tax file.`,
    );
  }
  const { checked_on, checked_by } = header;
  return { columns, checked_on, checked_by };
}

/** Throws `Rejected` for a year of whose 1042-S nobody has compared the boxes and codes: the IRS changes them by year. */
export function assertBoxesChecked(year: string, { boxes_checked }: Pick<Us1042SSettings, 'boxes_checked'>): void {
  if (!boxes_checked[year])
    throw new Rejected(
      `1042-S of ${year} cannot be exported, because nobody has compared its boxes and codes with the form of that year: compare those of us-1042-s.ts and the codes of the tax file with the IRS's form and instructions of ${year}, and put {"checked_on": "YYYY-MM-DD", "checked_by": "..."} into us_1042_s.boxes_checked.${year} of the tax file.`,
    );
}

const REQUIRED: readonly string[] = [
  ...['Tax Year', 'Payer Taxpayer ID Number', 'Recipient TIN Type', 'Recipient Taxpayer ID Number'],
  ...['Box 2 - Royalties', 'Box 4 - Federal income tax withheld'],
];
