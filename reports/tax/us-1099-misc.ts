import type { W9Profile } from '../../ingest/tax/forms.ts';
import { maskOf } from '../../ingest/tax/masked-profile.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { csvRecords } from '../render/csv-records.ts';
import type { ExportFile } from '../render/export-files.ts';
import type { FormCreator, FormYear } from './compose.ts';
import { header1099Misc, OMB_NUMBERS } from './form-data.ts';
import { FieldFaults, fileNameOf, type Profiles } from './profiles.ts';
import { headOf, type RecipientCopy, renderRecipientCopy } from './recipient-copy.ts';
import type { TaxFile, Us1099MiscSettings } from './tax-file.ts';

/** Returns in one file of IRIS. */
const MAX_ROWS = 100;

interface Filed {
  readonly creator: FormCreator;
  readonly w9: W9Profile & { readonly tin: NonNullable<W9Profile['tin']> };
}

/**
 * 1099-MISC as CSV files for IRIS and a copy for each recipient. Throws `Rejected` for a year whose header nobody has checked, and with
 * every field that the CSV cannot hold.
 */
export function render1099Misc(
  year: FormYear,
  { file, settings, profiles }: { file: TaxFile; settings: Us1099MiscSettings; profiles: Profiles },
): ExportFile[] {
  const { columns } = header1099Misc(year.tax_year.year, settings);
  const filed = year.included.map((creator) => filedOf(creator, profiles));
  assertFields(year, { file, filed });
  const records = filed.map((each) => {
    const values = valuesOf(each, { file, settings, year: year.tax_year.year });
    return columns.map(({ as }) => (as === null ? '' : (values[as] ?? '')));
  });
  const titles = columns.map(({ title }) => title);
  const files: ExportFile[] = [];
  for (let start = 0; start < records.length; start += MAX_ROWS) {
    const rows = records.slice(start, start + MAX_ROWS);
    const name = `1099-misc-${year.tax_year.year}-${files.length + 1}.csv`;
    files.push({ name, bytes: Buffer.from(csvRecords([titles, ...rows])), row_count: rows.length });
  }
  const copies = filed.map((each, index) => ({
    name: `recipients/${fileNameOf(each.creator.creator_id, index)}.pdf`,
    bytes: renderRecipientCopy(copyOf(each, { file, settings, year })),
    row_count: 1,
  }));
  return [...files, ...copies];
}

function filedOf(creator: FormCreator, profiles: Profiles): Filed {
  const w9 = profiles.get(creator.creator_id);
  invariant(w9?.form === 'w9' && w9.tin, `${creator.creator_id} must have a W-9 with a TIN to be on 1099-MISC.`);
  return { creator, w9: { ...w9, tin: w9.tin } };
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

function assertFields(year: FormYear, { file, filed }: { file: TaxFile; filed: readonly Filed[] }): void {
  const faults = new FieldFaults();
  faults.unless(
    file.payer.address.country === 'US',
    'payer',
    'address.country is not US; fill in the form in the portal.',
  );
  for (const { creator, w9 } of filed) {
    const { address } = w9;
    const say = (isRight: boolean, sentence: string): void => faults.unless(isRight, creator.creator_id, sentence);
    say(
      address.country === 'US',
      `address.country of the W-9 is ${address.country}; the IRS has its own codes of countries, so add this return in the portal by hand and give the creator form by hand.`,
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
  { creator, w9 }: Filed,
  { file, settings, year }: { file: TaxFile; settings: Us1099MiscSettings; year: string },
): Record<string, string> {
  const { payer } = file;
  const parts = isIndividual(w9) ? partsOfName(w9.name) : undefined;
  return {
    'Form Type': '1099-MISC',
    'Tax Year': year,
    'Payer TIN Type': 'EIN',
    'Payer Taxpayer ID Number': settings.ein.replaceAll('-', ''),
    'Payer Name Type': 'B',
    'Payer Business or Entity Name Line 1': payer.name,
    ...addressValues('Payer', payer.address),
    'Payer Phone Type': 'D',
    'Payer Phone': payer.phone,
    'Payer Email Address': payer.email,
    'Recipient TIN Type': w9.tin.type.toUpperCase(),
    'Recipient Taxpayer ID Number': w9.tin.value.replaceAll('-', ''),
    'Recipient Name Type': parts ? 'I' : 'B',
    ...(parts
      ? {
          'Recipient First Name': parts.first,
          'Recipient Middle Name': parts.middle,
          'Recipient Last Name (Surname)': parts.last,
          'Recipient Suffix': parts.suffix,
        }
      : {
          'Recipient Business or Entity Name Line 1': w9.name,
          'Recipient Business or Entity Name Line 2': w9.business_name ?? '',
        }),
    ...addressValues('Recipient', w9.address),
    'Form Account Number': creator.creator_id,
    'FATCA Filing Requirements': 'N',
    '2nd TIN Notice': 'N',
    'Box 2 - Royalties': amount(creator.gross_minor),
    'Box 4 - Federal income tax withheld': amount(creator.withheld_minor),
    'Box 7 - Direct sales of $5000 or more of consumer products to a recipient for resale': 'N',
    'Combined Federal/State Filing': settings.combined_federal_state ? 'Y' : 'N',
  };
}

/** Two decimal places; nothing for zero. */
const amount = (minor: bigint): string => (minor === 0n ? '' : minorToDecimal(minor, 'USD'));

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
  { creator, w9 }: Filed,
  { file, settings, year }: { file: TaxFile; settings: Us1099MiscSettings; year: FormYear },
): RecipientCopy {
  return {
    form: '1099-MISC',
    title: 'Miscellaneous Information',
    omb_number: OMB_NUMBERS.us_1099_misc,
    ...headOf(year, { payer: file.payer, ein: settings.ein }),
    recipient: {
      ...{ creator_id: creator.creator_id, name: w9.name, address: w9.address },
      number: `${w9.tin.type.toUpperCase()} ${maskOf(w9.tin.value, { isDate: false, type: w9.tin.type })}`,
    },
    boxes: [
      { number: '2', caption: 'Royalties', value: `$${minorToDecimal(creator.gross_minor, 'USD')}` },
      {
        number: '4',
        caption: 'Federal income tax withheld',
        value: `$${minorToDecimal(creator.withheld_minor, 'USD')}`,
      },
    ],
    notice:
      'This is important tax information and is being furnished to the IRS. If you are required to file a return, a negligence penalty or other sanction may be imposed on you if this income is taxable and the IRS determines that it has not been reported.',
    instructions: [
      'Box 2. Royalties of the year, before tax. Report them as the instructions of your tax return say, on Schedule E or, if you are in the business of making such works, on Schedule C.',
      'Box 4. Backup withholding: a payer must withhold if you did not give your taxpayer identification number, or if the IRS said so. Include it in your return as tax withheld.',
      'Your number may be truncated on this copy; the IRS receives it in full.',
    ],
  };
}
