import type { W9Profile } from '../../ingest/tax/forms.ts';
import { maskOf } from '../../ingest/tax/masked-profile.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { csvRecords } from '../render/csv-records.ts';
import type { ExportFile } from '../render/export-files.ts';
import type { Change, Changes, RecordRules, Reported } from './filed.ts';
import { CORRECTED_COLUMN, OMB_NUMBERS, requireHeader1099Misc } from './form-data.ts';
import type { FormCreator, FormYear } from './form-year.ts';
import { FieldFaults } from './profiles.ts';
import { copiesOf, type FormFiles, headOf, type RecipientCopy } from './recipient-copy.ts';
import type { RenderOptions } from './render-options.ts';
import type { Us1099MiscSettings } from './tax-file.ts';
import { leftToHand } from './words.ts';

/** Returns in one file of IRIS. */
const MAX_ROWS = 100;

interface Options extends RenderOptions {
  readonly settings: Us1099MiscSettings;
}

/** A return without the payer; amounts are decimal text in USD. */
export interface Return1099 {
  readonly is_individual: boolean;
  readonly name: string;
  readonly business_name: string;
  readonly tin_type: string;
  readonly tin: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  readonly country: string;
  readonly royalties: string;
  readonly withheld: string;
}

const ZERO = minorToDecimal(0n, 'USD');

/**
 * An amount or an address is corrected by one return; a wrong name or number by two: the first is corrected to zero, and a new one is made
 * (Publication 1220, corrected returns: one and two transactions; the General Instructions, part H, have the table for paper). So is one that
 * should not have been filed corrected to zero.
 */
export const RULES_1099: RecordRules<Return1099> = {
  isCorrectable: (before, now) =>
    before.name === now.name && before.tin === now.tin && before.tin_type === now.tin_type,
  withdrawn: (content) => ({ ...content, royalties: ZERO, withheld: ZERO }),
  idOf: () => '',
};

/** A return for each creator. Throws `Rejected` with every field that the CSV cannot hold. */
export function reportedOn1099(year: FormYear, { file, profiles }: Options): Reported<Return1099>[] {
  const payees = year.included.map((creator): Payee => {
    const w9 = profiles.get(creator.creator_id);
    invariant(w9?.form === 'w9' && w9.tin, `${creator.creator_id} must have a W-9 with a TIN to be on 1099-MISC.`);
    return { creator, w9: { ...w9, tin: w9.tin } };
  });
  assertFields(year, { file, payees });
  return payees.map(({ creator, w9 }) => ({
    ...{ creator_id: creator.creator_id, part: '' },
    content: {
      ...{ is_individual: isIndividual(w9), name: w9.name, business_name: w9.business_name ?? '' },
      ...{ tin_type: w9.tin.type.toUpperCase(), tin: w9.tin.value.replaceAll('-', '') },
      ...{ street: w9.address.street, city: w9.address.city, region: w9.address.region ?? '' },
      ...{ postal_code: w9.address.postal_code ?? '', country: w9.address.country },
      royalties: minorToDecimal(creator.gross_minor, 'USD'),
      withheld: minorToDecimal(creator.withheld_minor, 'USD'),
    },
  }));
}

interface Payee {
  readonly creator: FormCreator;
  readonly w9: W9Profile & { readonly tin: NonNullable<W9Profile['tin']> };
}

type Filed = Change<Return1099>;

/**
 * 1099-MISC as CSV files for IRIS, corrected returns in files of their own, and a copy for each recipient. Throws `Rejected` for a year
 * whose header nobody has checked.
 */
export function render1099Misc(
  { changes, records }: Changes<Return1099>,
  { year, ...options }: Options & { year: FormYear },
): FormFiles {
  const stem = `1099-misc-${year.tax_year.year}`;
  return {
    files: [
      ...csvFiles(changes.filter(isNew), { stem, year, ...options }),
      ...csvFiles(
        changes.filter((each) => !isNew(each)),
        { stem: `${stem}-corrected`, year, ...options },
      ),
    ],
    copies: copiesOf(
      { changes, records },
      { ...options, copyOf: (each, isAgain) => copyOf(each, { ...options, year, isAgain }) },
    ),
  };
}

const isNew = ({ act }: Pick<Filed, 'act'>): boolean => act === 'new';

function csvFiles(
  filed: readonly Filed[],
  { stem, year, ...options }: Options & { stem: string; year: FormYear },
): ExportFile[] {
  const { columns } = requireHeader1099Misc(year.tax_year.year, options.settings);
  const records = filed.map((each) => {
    const values = valuesOf(each, { ...options, year: year.tax_year.year });
    return columns.map(({ as }) => (as === null ? '' : (values[as] ?? '')));
  });
  const titles = columns.map(({ title }) => title);
  const files: ExportFile[] = [];
  for (let start = 0; start < records.length; start += MAX_ROWS) {
    const rows = records.slice(start, start + MAX_ROWS);
    const name = `${stem}-${files.length + 1}.csv`;
    files.push({ name, bytes: Buffer.from(csvRecords([titles, ...rows])), row_count: rows.length });
  }
  return files;
}

const isIndividual = ({ classification }: W9Profile): boolean => classification === 'individual';
const SUFFIX = /^(jr|sr|ii|iii|iv|v)\.?$/i;

interface Parts {
  readonly first: string;
  readonly middle: string;
  readonly last: string;
  readonly suffix: string;
}

/** The first word, the last one before a suffix, and what is between; undefined of a single word. A W-9 has the name as one text. */
export function partsOfName(name: string): Parts | undefined {
  const words = name.replaceAll(',', ' ').split(/\s+/).filter(Boolean);
  const suffix = words.length > 2 && SUFFIX.test(words.at(-1) ?? '') ? (words.pop() ?? '') : '';
  const [first, ...others] = words;
  const last = others.pop();
  return first && last ? { first, middle: others.join(' '), last, suffix } : undefined;
}

/** What IRIS takes of a name or an address; wider texts are refused, never changed. */
const PLAIN = /^[\x20-\x7e]*$/;

function assertFields(
  year: FormYear,
  { file, payees }: { file: RenderOptions['file']; payees: readonly Payee[] },
): void {
  const faults = new FieldFaults();
  faults.unless(
    file.payer.address.country === 'US',
    'payer',
    'address.country is not US; fill in the form in the portal.',
  );
  for (const { creator, w9 } of payees) {
    const { address } = w9;
    const say = (isRight: boolean, sentence: string): void => faults.unless(isRight, creator.creator_id, sentence);
    say(
      address.country === 'US',
      `address.country of the W-9 is ${address.country}; the IRS has its own codes of countries, so add this return in the portal: ${leftToHand(file, 'us_1099_misc')}.`,
    );
    if (address.country === 'US') {
      say(/^[A-Z]{2}$/.test(address.region ?? ''), 'address.region of the W-9 must be the two letters of a state.');
      say(/^\d{5}(-?\d{4})?$/.test(address.postal_code ?? ''), 'address.postal_code of the W-9 must be a ZIP code.');
    }
    say(
      !isIndividual(w9) || partsOfName(w9.name) !== undefined,
      'name of the W-9 is one word; a first and a last name are needed.',
    );
    for (const [field, value] of Object.entries({ name: w9.name, ...address, business_name: w9.business_name ?? '' })) {
      say(PLAIN.test(value), `${field} of the W-9 has characters other than plain Latin letters, digits and signs.`);
    }
  }
  faults.finish(year);
}

function valuesOf(
  each: Filed,
  { file, settings, year }: Omit<Options, 'profiles'> & { year: string },
): Record<string, string> {
  const { payer } = file;
  const { creator_id, content } = each;
  const parts = content.is_individual ? partsOfName(content.name) : undefined;
  // What a corrected return leaves blank would not be corrected.
  const amount = (decimal: string): string => (isNew(each) && decimal === ZERO ? '' : decimal);
  return {
    'Form Type': '1099-MISC',
    'Tax Year': year,
    [CORRECTED_COLUMN]: isNew(each) ? 'N' : 'Y',
    'Payer TIN Type': 'EIN',
    'Payer Taxpayer ID Number': settings.ein.replaceAll('-', ''),
    'Payer Name Type': 'B',
    'Payer Business or Entity Name Line 1': payer.name,
    ...addressValues('Payer', payer.address),
    'Payer Phone Type': 'D',
    'Payer Phone': payer.phone,
    'Payer Email Address': payer.email,
    'Recipient TIN Type': content.tin_type,
    'Recipient Taxpayer ID Number': content.tin,
    'Recipient Name Type': parts ? 'I' : 'B',
    ...(parts
      ? {
          'Recipient First Name': parts.first,
          'Recipient Middle Name': parts.middle,
          'Recipient Last Name (Surname)': parts.last,
          'Recipient Suffix': parts.suffix,
        }
      : {
          'Recipient Business or Entity Name Line 1': content.name,
          'Recipient Business or Entity Name Line 2': content.business_name,
        }),
    ...addressValues('Recipient', content),
    'Form Account Number': creator_id,
    'FATCA Filing Requirements': 'N',
    '2nd TIN Notice': 'N',
    'Box 2 - Royalties': amount(content.royalties),
    'Box 4 - Federal income tax withheld': amount(content.withheld),
    'Box 7 - Direct sales of $5000 or more of consumer products to a recipient for resale': 'N',
    'Combined Federal/State Filing': settings.combined_federal_state ? 'Y' : 'N',
  };
}

function addressValues(who: 'Payer' | 'Recipient', address: W9Profile['address']): Record<string, string> {
  return {
    [`${who} Country`]: address.country,
    [`${who} Address Line 1`]: address.street,
    [`${who} City/Town`]: address.city,
    [`${who} State/Province/Territory`]: address.region ?? '',
    [`${who} ZIP/Postal Code`]: address.postal_code ?? '',
  };
}

function copyOf(
  { creator_id, content }: Pick<Filed, 'creator_id' | 'content'>,
  { file, settings, year, isAgain }: Omit<Options, 'profiles'> & { year: FormYear; isAgain: boolean },
): RecipientCopy {
  const { tin_type, tin, name } = content;
  return {
    form: '1099-MISC',
    title: 'Miscellaneous Information',
    mark: isAgain ? 'CORRECTED' : null,
    omb_number: OMB_NUMBERS.us_1099_misc,
    copy: 'Copy B, for recipient (substitute)',
    ...headOf(year, { payer: file.payer, ein: settings.ein }),
    recipient: {
      ...{ creator_id, name, address: content },
      number: `${tin_type} ${maskOf(tin, { isDate: false, type: tin_type.toLowerCase() })}`,
    },
    boxes: [
      { number: '2', caption: 'Royalties', value: `$${content.royalties}` },
      { number: '4', caption: 'Federal income tax withheld', value: `$${content.withheld}` },
    ],
    notice:
      'This is important tax information and is being furnished to the IRS. If you are required to file a return, a negligence penalty or other sanction may be imposed on you if this income is taxable and the IRS determines that it has not been reported.',
    instructions: [
      ...(isAgain ? ['CORRECTED. This form replaces the one for this year that you have.'] : []),
      'Box 2. Royalties of the year, before tax. Report them as the instructions of your tax return say, on Schedule E or, if you are in the business of making such works, on Schedule C.',
      'Box 4. Backup withholding: a payer must withhold if you did not give your taxpayer identification number, or if the IRS said so. Include it in your return as tax withheld.',
      'Your number may be truncated on this copy; the IRS receives it in full.',
    ],
  };
}
