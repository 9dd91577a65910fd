import type { W8beneProfile, W8benProfile } from '../../ingest/tax/forms.ts';
import { maskOf } from '../../ingest/tax/masked-profile.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { decimalOf, minorToDecimal, parseDecimal, roundedMinor } from '../../warehouse/money.ts';
import { csvRecords, textCell } from '../render/csv-records.ts';
import { rulesOf } from './amounts.ts';
import { converter } from './convert.ts';
import type { RuleAmounts } from './document.ts';
import type { Changes, FiledRecord, RecordRules, Reported } from './filed.ts';
import { assertBoxesChecked, OMB_NUMBERS } from './form-data.ts';
import type { FormCreator, FormYear } from './form-year.ts';
import { FieldFaults } from './profiles.ts';
import { copiesOf, type FormFiles, headOf, type RecipientCopy } from './recipient-copy.ts';
import type { RenderOptions } from './render-options.ts';
import { entityCodes } from './status-codes.ts';
import type { Us1042SSettings } from './tax-file.ts';

type W8 = W8benProfile | W8beneProfile;

interface Options extends RenderOptions {
  readonly settings: Us1042SSettings;
}

/** A form without the withholding agent's name, number and address: a recipient, the income code and a rate. Amounts are decimal text in USD. */
export interface Form1042S {
  readonly income_code: string;
  readonly exemption_code: string;
  readonly chapter_4_exemption_code: string;
  /** In per cent. */
  readonly rate: string;
  /** Boxes 12b and 12c: what the withholding agent is. */
  readonly agent_chapter_3_status: string;
  readonly agent_chapter_4_status: string;
  readonly gross: string;
  readonly withheld: string;
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postal_code: string;
  readonly country: string;
  readonly us_tin: { readonly type: string; readonly value: string } | null;
  readonly foreign_tin: string;
  readonly chapter_3_status: string;
  readonly chapter_4_status: string;
  readonly giin: string;
  readonly limitation_on_benefits: string;
  readonly birth_on: string;
}

const ZERO = minorToDecimal(0n, 'USD');

/**
 * A form keeps its unique form identifier when it is amended, under the next amendment number; one that should not have been filed is
 * amended to zero (instructions for Form 1042-S, Unique Form Identifier and Amended Returns).
 */
export function rules1042S({ tax_year }: FormYear): RecordRules<Form1042S> {
  return {
    isCorrectable: () => true,
    withdrawn: (content) => ({ ...content, gross: ZERO, withheld: ZERO }),
    idOf: ({ creator_id, part, act }, { before, ids }) => {
      if (before && act !== 'new') return before.record_id;
      for (let attempt = 0; ; attempt += 1) {
        const key = JSON.stringify([tax_year.year, creator_id, part, ...(attempt === 0 ? [] : [attempt])]);
        const id = String(BigInt(`0x${sha256Hex(key).slice(0, 16)}`) % 10n ** 10n).padStart(10, '0');
        if (!ids.has(id)) return id;
      }
    },
  };
}

/** A form for each creator and rate: the rules of all currencies with the same rate and status are one. Throws `Rejected` with every entity that has no code. */
export function reportedOn1042S(year: FormYear, options: Options): Reported<Form1042S>[] {
  assertBoxesChecked(year.tax_year.year, options.settings);
  const faults = new FieldFaults();
  for (const { creator_id } of year.included) {
    const w8 = options.profiles.get(creator_id);
    const codes = w8?.form === 'w8bene' ? entityCodes(w8) : undefined;
    if (codes && 'fault' in codes) faults.unless(false, creator_id, codes.fault);
  }
  faults.finish(year);
  return year.included.flatMap((creator) => formsOf(creator, { ...options, year }));
}

function formsOf(
  creator: FormCreator,
  { file, year, profiles, settings }: Options & { year: FormYear },
): Reported<Form1042S>[] {
  const w8 = profiles.get(creator.creator_id);
  invariant(w8?.form === 'w8ben' || w8?.form === 'w8bene', `${creator.creator_id} must have a W-8 to be on 1042-S.`);
  const all = creator.parts.flatMap((part) =>
    rulesOf(part, { form: 'us_1042_s', file }).map((rule) => ({ currency: part.currency, rule })),
  );
  const groups = Map.groupBy(all, ({ rule }) => `${rule.withholding_rate_ppm} ${rule.payee_status}`);
  const convert = converter(file, { year: year.tax_year.year, currency: 'USD' });
  return [...groups].flatMap(([part, group]) => {
    const gross_minor = convert(
      group.map(({ currency, rule }) => [currency, roundedMinor(parseDecimal(rule.taxable_amount), currency)]),
    );
    const withheld_minor = convert(group.map(({ currency, rule }) => [currency, rule.withheld_minor]));
    const [first] = group;
    if (!first || (gross_minor === 0n && withheld_minor === 0n)) return [];
    const content: Form1042S = {
      ...{ income_code: settings.income_code, exemption_code: exemptionCode(first.rule, settings) },
      chapter_4_exemption_code: settings.chapter_4_exemption_code,
      rate: percent(first.rule.withholding_rate_ppm),
      agent_chapter_3_status: settings.agent_chapter_3_status_code,
      agent_chapter_4_status: settings.agent_chapter_4_status_code,
      ...{ gross: minorToDecimal(gross_minor, 'USD'), withheld: minorToDecimal(withheld_minor, 'USD') },
      ...recipientOf(w8),
    };
    return [{ creator_id: creator.creator_id, part, content }];
  });
}

function recipientOf(w8: W8) {
  const { street, city, region = '', postal_code = '', country } = w8.residence_address;
  const [chapter_3_status, chapter_4_status] = statusCodes(w8);
  const isEntity = w8.form === 'w8bene';
  return {
    ...{ name: w8.name, street, city, region, postal_code, country },
    us_tin: w8.us_tin ? { type: w8.us_tin.type, value: w8.us_tin.value } : null,
    foreign_tin: w8.foreign_tin?.value ?? '',
    ...{ chapter_3_status, chapter_4_status },
    giin: isEntity ? (w8.giin ?? '') : '',
    limitation_on_benefits: isEntity ? (w8.treaty_claim?.limitation_on_benefits ?? '') : '',
    birth_on: isEntity ? '' : w8.birth_on.replaceAll('-', ''),
  };
}

const FULL_RATE_PPM = 300_000n;

/** Box 3a: 04 by a treaty, else what the operator has chosen for the full rate. */
function exemptionCode(rule: RuleAmounts, { chapter_3_exemption_code_at_full_rate: full }: Us1042SSettings): string {
  return rule.payee_status === 'foreign_treaty' && rule.withholding_rate_ppm < FULL_RATE_PPM ? '04' : full;
}

/** `30.00` of 300,000 parts per million. */
function percent(ppm: bigint): string {
  const [whole = '', fraction = ''] = decimalOf(ppm, 4).split('.');
  return `${whole.padStart(2, '0')}.${fraction.padEnd(2, '0')}`;
}

/** Boxes 13f and 13g. */
function statusCodes(w8: W8): readonly [string, string] {
  if (w8.form === 'w8ben') return ['16', '23'];
  const codes = entityCodes(w8);
  invariant('chapter3' in codes, 'An entity without a code is refused before.');
  return [codes.chapter3, codes.chapter4];
}

type Filed = FiledRecord<Form1042S>;

/**
 * The data of 1042-S by box, and a copy for each recipient with all of its forms. Codes as in the instructions of 2026; countries are ISO's,
 * for which the IRS has its own codes.
 */
export function render1042S(
  { changes, records }: Changes<Form1042S>,
  { year, ...options }: Options & { year: FormYear },
): FormFiles {
  const boxes = changes.map((each) => boxesOf(each, { ...options, year }));
  const titles = (boxes[0] ?? []).map(([number, caption]) => `${number} ${caption}`.trim());
  const rows = boxes.map((row) => row.map(([, , value]) => textCell(value)));
  const csv = {
    name: `1042-s-${year.tax_year.year}.csv`,
    bytes: Buffer.from(csvRecords([titles, ...rows])),
    row_count: rows.length,
  };
  return {
    files: [csv],
    copies: copiesOf(
      { changes, records },
      {
        ...options,
        copyOf: (each, isAgain) => copyOf(each, { ...options, year, isAgain }),
      },
    ),
  };
}

type Box = readonly [number: string, caption: string, value: string];

function boxesOf(
  { creator_id, content, record_id, amendment_count }: Filed,
  { file, settings, year }: Omit<Options, 'profiles'> & { year: FormYear },
): Box[] {
  const { payer } = file;
  return [
    ['', 'Tax year', year.tax_year.year],
    ['', 'Unique form identifier', record_id],
    ['', 'Amendment number', amendment_count === 0 ? '' : String(amendment_count)],
    ['1', 'Income code', content.income_code],
    ['2', 'Gross income', content.gross],
    ['3', 'Chapter indicator', '3'],
    ['3a', 'Exemption code', content.exemption_code],
    ['3b', 'Tax rate', content.rate],
    ['4a', 'Exemption code', content.chapter_4_exemption_code],
    ['4b', 'Tax rate', '00.00'],
    ['7a', 'Federal tax withheld', content.withheld],
    ['10', 'Total withholding credit', content.withheld],
    ['12a', "Withholding agent's EIN", settings.ein],
    ['12b', "Withholding agent's chapter 3 status code", content.agent_chapter_3_status],
    ['12c', "Withholding agent's chapter 4 status code", content.agent_chapter_4_status],
    ['12d', "Withholding agent's name", payer.name],
    ['12f', 'Country (ISO)', payer.address.country],
    ['12h', 'Address', payer.address.street],
    ['12i', 'City, state, ZIP', placeOf(payer.address)],
    ['13a', "Recipient's name", content.name],
    ['13b', "Recipient's country (ISO)", content.country],
    ['13c', 'Address', content.street],
    ['13d', 'City, province, postal code', placeOf(content)],
    ['13e', "Recipient's U.S. TIN", content.us_tin?.value ?? ''],
    ['13f', "Recipient's chapter 3 status code", content.chapter_3_status],
    ['13g', "Recipient's chapter 4 status code", content.chapter_4_status],
    ['13h', 'GIIN', content.giin],
    ['13i', "Recipient's foreign TIN", content.foreign_tin],
    ['13j', 'Limitation on benefits (in words)', content.limitation_on_benefits],
    ['13k', 'Account number', creator_id],
    ['13l', 'Date of birth', content.birth_on],
  ];
}

const placeOf = ({ city, region, postal_code }: { city: string; region?: string; postal_code?: string }): string =>
  [city, region, postal_code].filter(Boolean).join(', ');

const ON_THE_COPY = [
  '1',
  '2',
  '3',
  '3a',
  '3b',
  '4a',
  '4b',
  '7a',
  '10',
  '12b',
  '12c',
  '13b',
  '13f',
  '13g',
  '13i',
  '13l',
];

function copyOf(
  each: Filed,
  { isAgain, ...options }: Omit<Options, 'profiles'> & { year: FormYear; isAgain: boolean },
): RecipientCopy {
  const { creator_id, content, record_id, amendment_count } = each;
  const { file, settings, year } = options;
  const boxes = boxesOf(each, options).filter(([number, , value]) => ON_THE_COPY.includes(number) && value !== '');
  return {
    form: '1042-S',
    title: "Foreign Person's U.S. Source Income Subject to Withholding",
    mark: amendment_count > 0 ? `AMENDED, amendment number ${amendment_count}` : isAgain ? 'CORRECTED' : null,
    omb_number: OMB_NUMBERS.us_1042_s,
    ...headOf(year, { payer: file.payer, ein: settings.ein }),
    copy: 'Copies B, C and D, for recipient',
    payer_role: 'Withholding agent',
    recipient: {
      ...{ creator_id, name: content.name, address: content },
      number: content.us_tin ? maskOf(content.us_tin.value, { isDate: false, type: content.us_tin.type }) : 'none',
    },
    boxes: boxes.map(([number, caption, value]) => ({ number, caption, value })),
    notice: `Unique form identifier ${record_id}. This information is being furnished to the IRS.`,
    instructions: [
      ...(isAgain ? ['This form replaces the one with the same unique form identifier.'] : []),
      'Box 2. Your royalties for use in the United States, before tax, in U.S. dollars. Use elsewhere is not on this form.',
      'Boxes 7a and 10. The tax that was withheld. If it was more than your treaty allows, you can claim it back with a return to the IRS; your own country may credit it.',
    ],
  };
}
