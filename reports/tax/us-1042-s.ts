import type { W8beneProfile, W8benProfile } from '../../ingest/tax/forms.ts';
import { maskOf } from '../../ingest/tax/masked-profile.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { decimalOf, minorToDecimal, parseDecimal, roundedMinor } from '../../warehouse/money.ts';
import { csvRecords, textCell } from '../render/csv-records.ts';
import type { ExportFile } from '../render/export-files.ts';
import type { FormCreator, FormYear } from './compose.ts';
import { converter } from './convert.ts';
import type { RuleAmounts } from './document.ts';
import { OMB_NUMBERS } from './form-data.ts';
import { FieldFaults, fileNameOf } from './profiles.ts';
import { headOf, type RecipientCopy, renderRecipientCopy } from './recipient-copy.ts';
import type { RenderOptions } from './render-options.ts';
import type { Us1042SSettings } from './tax-file.ts';

type W8 = W8benProfile | W8beneProfile;

/** One form: a recipient, the income code and a rate. */
interface Filed {
  readonly creator: FormCreator;
  readonly w8: W8;
  readonly rule: RuleAmounts;
  readonly gross_minor: bigint;
  readonly withheld_minor: bigint;
}

type Box = readonly [number: string, caption: string, value: string];

interface Options extends RenderOptions {
  readonly settings: Us1042SSettings;
}

/**
 * The data of 1042-S by box, and a copy for each recipient with all of its forms. Codes as in the instructions of 2026; countries are ISO's,
 * for which the IRS has its own codes. Throws `Rejected` for amounts whose rate of exchange is missing.
 */
export function render1042S(year: FormYear, options: Options): ExportFile[] {
  const filed = year.included.flatMap((creator) => filedOf(creator, { ...options, year }));
  const faults = new FieldFaults();
  const ids = filed.map((each) => formId(each, year));
  for (const [index, { creator }] of filed.entries()) {
    faults.unless(ids.indexOf(ids[index] ?? '') === index, creator.creator_id, 'two forms have the same form id.');
  }
  faults.finish(year);
  const boxes = filed.map((each) => boxesOf(each, { ...options, year }));
  const titles = (boxes[0] ?? []).map(([number, caption]) => `${number} ${caption}`.trim());
  const records = boxes.map((row) => row.map(([, , value]) => textCell(value)));
  const { year: y } = year.tax_year;
  const csv = {
    name: `1042-s-${y}.csv`,
    bytes: Buffer.from(csvRecords([titles, ...records])),
    row_count: records.length,
  };
  const copies = filed.map((each, index) => ({
    name: `recipients/${fileNameOf(each.creator.creator_id, index)}-${ids[index]}.pdf`,
    bytes: renderRecipientCopy(copyOf(each, { ...options, year })),
    row_count: 1,
  }));
  return [csv, ...copies];
}

/** A form for each rate: the rules of all currencies with the same rate and status are one. */
function filedOf(creator: FormCreator, { file, year, profiles }: Options & { year: FormYear }): Filed[] {
  const w8 = profiles.get(creator.creator_id);
  invariant(w8?.form === 'w8ben' || w8?.form === 'w8bene', `${creator.creator_id} must have a W-8 to be on 1042-S.`);
  const all = creator.parts.flatMap(({ currency, rules }) => rules.map((rule) => ({ currency, rule })));
  const groups = Map.groupBy(all, ({ rule }) => `${rule.withholding_rate_ppm} ${rule.payee_status}`);
  const convert = converter(file, { year: year.tax_year.year, currency: 'USD' });
  return [...groups.values()].flatMap((group) => {
    const gross_minor = convert(
      group.map(({ currency, rule }) => [currency, roundedMinor(parseDecimal(rule.taxable_amount), currency)]),
    );
    const withheld_minor = convert(group.map(({ currency, rule }) => [currency, rule.withheld_minor]));
    const [first] = group;
    const isEmpty = gross_minor === 0n && withheld_minor === 0n;
    return first && !isEmpty ? [{ creator, w8, rule: first.rule, gross_minor, withheld_minor }] : [];
  });
}

/** Ten digits, the same whenever it is exported. */
function formId({ creator, rule }: Filed, { tax_year }: FormYear): string {
  const key = JSON.stringify([tax_year.year, creator.creator_id, String(rule.withholding_rate_ppm), rule.payee_status]);
  return String(BigInt(`0x${sha256Hex(key).slice(0, 16)}`) % 10n ** 10n).padStart(10, '0');
}

const FULL_RATE_PPM = 300_000n;

/** Box 3a: 04 by a treaty, else what the operator has chosen for the full rate. */
function exemptionCode({ rule }: Filed, { chapter_3_exemption_code_at_full_rate: full }: Us1042SSettings): string {
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
  const chapter3 = w8.chapter_3_status === 'corporation' ? '15' : w8.chapter_3_status === 'partnership' ? '08' : '21';
  return [chapter3, w8.chapter_4_status === 'active_nffe' ? '22' : '29'];
}

function boxesOf(each: Filed, { file, settings, year }: Options & { year: FormYear }): Box[] {
  const { creator, w8, rule } = each;
  const { payer } = file;
  const [chapter3, chapter4] = statusCodes(w8);
  const address = w8.residence_address;
  const usd = (minor: bigint): string => minorToDecimal(minor, 'USD');
  return [
    ['', 'Tax year', year.tax_year.year],
    ['', 'Unique form identifier', formId(each, year)],
    ['1', 'Income code', settings.income_code],
    ['2', 'Gross income', usd(each.gross_minor)],
    ['3', 'Chapter indicator', '3'],
    ['3a', 'Exemption code', exemptionCode(each, settings)],
    ['3b', 'Tax rate', percent(rule.withholding_rate_ppm)],
    ['4a', 'Exemption code', settings.chapter_4_exemption_code],
    ['4b', 'Tax rate', '00.00'],
    ['7a', 'Federal tax withheld', usd(each.withheld_minor)],
    ['10', 'Total withholding credit', usd(each.withheld_minor)],
    ['12a', "Withholding agent's EIN", settings.ein],
    ['12d', "Withholding agent's name", payer.name],
    ['12f', 'Country (ISO)', payer.address.country],
    ['12h', 'Address', payer.address.street],
    [
      '12i',
      'City, state, ZIP',
      [payer.address.city, payer.address.region, payer.address.postal_code].filter(Boolean).join(', '),
    ],
    ['13a', "Recipient's name", w8.name],
    ['13b', "Recipient's country (ISO)", address.country],
    ['13c', 'Address', address.street],
    [
      '13d',
      'City, province, postal code',
      [address.city, address.region, address.postal_code].filter(Boolean).join(', '),
    ],
    ['13e', "Recipient's U.S. TIN", w8.us_tin?.value ?? ''],
    ['13f', 'Chapter 3 status code', chapter3],
    ['13g', 'Chapter 4 status code', chapter4],
    ['13h', 'GIIN', w8.form === 'w8bene' ? (w8.giin ?? '') : ''],
    ['13i', "Recipient's foreign TIN", w8.foreign_tin?.value ?? ''],
    [
      '13j',
      'Limitation on benefits (in words)',
      w8.form === 'w8bene' ? (w8.treaty_claim?.limitation_on_benefits ?? '') : '',
    ],
    ['13k', 'Account number', creator.creator_id],
    ['13l', 'Date of birth', w8.form === 'w8ben' ? w8.birth_on.replaceAll('-', '') : ''],
  ];
}

const ON_THE_COPY = ['1', '2', '3', '3a', '3b', '4a', '4b', '7a', '10', '13b', '13f', '13g', '13i', '13l'];

function copyOf(each: Filed, options: Options & { year: FormYear }): RecipientCopy {
  const { creator, w8 } = each;
  const { file, settings, year } = options;
  const boxes = boxesOf(each, options).filter(([number, , value]) => ON_THE_COPY.includes(number) && value !== '');
  return {
    form: '1042-S',
    title: "Foreign Person's U.S. Source Income Subject to Withholding",
    omb_number: OMB_NUMBERS.us_1042_s,
    ...headOf(year, { payer: file.payer, ein: settings.ein }),
    recipient: {
      ...{ creator_id: creator.creator_id, name: w8.name, address: w8.residence_address },
      number: w8.us_tin
        ? maskOf(w8.us_tin.value, { isDate: false, type: w8.us_tin.type })
        : 'none of the United States',
    },
    boxes: boxes.map(([number, caption, value]) => ({ number, caption, value })),
    notice: `Unique form identifier ${formId(each, year)}. This information is being furnished to the IRS.`,
    instructions: [
      'Box 2. Your royalties for use in the United States, before tax, in U.S. dollars. Use elsewhere is not on this form.',
      'Boxes 7a and 10. The tax that was withheld. If it was more than your treaty allows, you can claim it back with a return to the IRS; your own country may credit it.',
    ],
  };
}
