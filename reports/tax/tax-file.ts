import { type Static, Type } from 'typebox';
import { CURRENCIES } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import { exactly } from '../exactly.ts';
import { byPayer, faultsByPayer, faultsOfIds, otherPayers } from '../other-payers.ts';
import { type Hashed, settingsFile } from '../settings-file.ts';
import { Country, Day, text } from '../settings-shapes.ts';

const Currency = Type.Enum([...CURRENCIES]);
const Year = '^20\\d{2}$';

const Payer = exactly(
  {
    name: text(),
    address: exactly(
      {
        street: text(),
        city: text(),
        region: Type.Optional(text()),
        postal_code: Type.Optional(text(20)),
        country: Country,
      },
      'The registered office.',
    ),
    phone: text(30),
    email: text(100),
  },
  'Who pays.',
);

const Column = Type.Union([
  text(),
  exactly(
    { title: text(), as: Type.Union([text(), Type.Null()]) },
    'A heading of the template, and the column of 2023 that it takes; null leaves it blank.',
  ),
]);

const Header = exactly(
  {
    columns: Type.Array(Column, { minItems: 1, maxItems: 200 }),
    checked_on: Day,
    checked_by: text(100),
  },
  'The headings of the template for a year, in order, and who compared them with that template.',
);

const RefundsOfEarlierYears = Type.Enum(['deducted', 'not_deducted'], {
  description:
    'Whether refunds of royalties that were credited in an earlier year reduce the gross amount of this one.',
});

/** By year and creator. A form leaves them out and names them; what is on file of them stays as it is. */
const ByHand = Type.Optional(
  Type.Record(
    Type.String({ pattern: Year }),
    Type.Record(Type.String({ minLength: 1 }), text(500), { additionalProperties: false }),
    { additionalProperties: false, description: 'Creators whom the operator reports by hand, each with the reason.' },
  ),
);

const Us1099Misc = exactly(
  {
    ein: Type.String({ pattern: '^\\d{2}-?\\d{7}$' }),
    licence_fees_are: Type.Enum(['royalties', 'other'], { description: 'Whether licence fees are royalties (box 2).' }),
    gross: Type.Enum(['after_platform_fee', 'before_platform_fee'], {
      description: 'Whether box 2 has the platform fee.',
    }),
    refunds_of_earlier_years: RefundsOfEarlierYears,
    combined_federal_state: Type.Boolean(),
    recipient_copies: Type.Enum(['paper', 'electronic_with_consent']),
    headers: Type.Record(Type.String({ pattern: Year }), Header, { additionalProperties: false }),
    by_hand: ByHand,
  },
  '1099-MISC, box 2 and box 4.',
);

/** Of one year: when somebody has compared the form of it, and who. */
const Checked = exactly({ checked_on: Day, checked_by: text(100) }, 'That the form of a year was compared.');

const Us1042S = exactly(
  {
    ein: Type.String({ pattern: '^\\d{2}-?\\d{7}$' }),
    licence_fees_are: Type.Enum(['royalties', 'other']),
    income_code: Type.Enum(['10', '11', '12'], {
      description: 'Box 1: industrial; film or television; other royalties.',
    }),
    chapter_3_exemption_code_at_full_rate: Type.String({ pattern: '^\\d{2}$' }),
    chapter_4_exemption_code: Type.String({ pattern: '^\\d{2}$' }),
    agent_chapter_3_status_code: Type.String({ pattern: '^\\d{2}$', description: 'Box 12b: what the payer is.' }),
    agent_chapter_4_status_code: Type.String({ pattern: '^\\d{2}$', description: 'Box 12c: what the payer is.' }),
    refunds_of_earlier_years: RefundsOfEarlierYears,
    recipient_copies: Type.Enum(['paper', 'electronic_with_consent']),
    boxes_checked: Type.Record(Type.String({ pattern: Year }), Checked, { additionalProperties: false }),
    by_hand: ByHand,
  },
  '1042-S.',
);

const Dac7 = exactly(
  {
    activity: Type.Enum(['out_of_scope', 'personal_services', 'sale_of_goods']),
    currency: Currency,
    sending_country: Country,
    receiving_country: Country,
    reportable_countries: Type.Array(Country, { minItems: 1, uniqueItems: true }),
    nexus: Type.Enum(['RPONEX1', 'RPONEX2', 'RPONEX3', 'RPONEX4', 'RPONEX5']),
    operator_id: Type.String({ pattern: '^[A-Za-z0-9]{1,60}$' }),
    tin: exactly({ country: Country, value: text(50) }, 'The TIN of the operator.'),
    vat_id: Type.Union([text(50), Type.Null()]),
    platform_name: text(),
    financial_accounts: Type.Enum(['included', 'left_out'], {
      description: 'Whether the countries of residence want them.',
    }),
    by_hand: ByHand,
  },
  'DAC7, DPI XML 1.0.',
);

const Rate = exactly(
  {
    from: Currency,
    to: Currency,
    year: Type.String({ pattern: Year }),
    rate: Type.String({
      pattern: '^(?=.*[1-9])(0|[1-9]\\d{0,8})(\\.\\d{1,9})?$',
      description: 'Units of `to` for one of `from`.',
    }),
    source: text(),
    date: Day,
  },
  'An exchange rate for a year.',
);

const OF_A_PAYER = {
  payer: Payer,
  year_basis: Type.Enum(['credited', 'paid'], {
    description: 'Whether an amount counts when it is credited or when it is paid.',
  }),
  us_1099_misc: Type.Optional(Us1099Misc),
  us_1042_s: Type.Optional(Us1042S),
  dac7: Type.Optional(Dac7),
};

const OtherPayer = exactly(OF_A_PAYER, 'A payer of the creators that are assigned to it, with forms of its own.');

const Tax = exactly(
  {
    ...OF_A_PAYER,
    rates: Type.Array(Rate),
    other_payers: otherPayers(OtherPayer),
  },
  'What the operator has decided for tax exports; a form without settings is not exported.',
);

export type YearBasis = 'credited' | 'paid';
type PayerSettings = Static<typeof OtherPayer>;
type TaxSettings = Static<typeof Tax>;
export type Us1099MiscSettings = Static<typeof Us1099Misc>;
export type Us1042SSettings = Static<typeof Us1042S>;
export type Dac7Settings = Static<typeof Dac7>;
export type HeaderColumn = Static<typeof Column>;

/** What is decided for one payer; `file_hash` is of the whole file. */
export type TaxFile = Hashed<PayerSettings & Pick<TaxSettings, 'rates'>> & { readonly payer_id: string };

const FILE = settingsFile({
  called: 'tax file',
  setting: 'TANTIEME_TAX_FILE',
  unset:
    'A tax year cannot be exported, because nothing is decided for it; set TANTIEME_TAX_FILE (reports/tax/README.md has an example).',
  schema: Tax,
  faultsBetween,
});

/** A payer of the tax file. */
export interface PayerName {
  readonly payer_id: string;
  readonly name: string;
  /** Of its registered office, ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** What the tax file has for a payer. Throws `Rejected` with every fault of the file or for a payer that it does not have, `Unavailable` if it cannot be read. */
export async function readTaxFile(path: string | undefined, payerId: string = MAIN_PAYER): Promise<TaxFile> {
  return requirePayer(await FILE.read(path), payerId);
}

/** As `readTaxFile`. */
export function parseTaxFile(bytes: Uint8Array, path: string, payerId: string = MAIN_PAYER): TaxFile {
  return requirePayer(FILE.parse(bytes, path), payerId);
}

/** The payers of the tax file, the main one first. Throws as `readTaxFile`. */
export async function readPayers(path: string | undefined): Promise<PayerName[]> {
  return payersIn(await FILE.read(path)).map(([payer_id, { payer }]) => ({
    ...{ payer_id, name: payer.name, country: payer.address.country },
  }));
}

function payersIn(file: TaxSettings): [string, PayerSettings][] {
  const { other_payers, rates: _, ...main } = file;
  return byPayer<PayerSettings>(main, other_payers);
}

function requirePayer(file: Hashed<TaxSettings>, payer_id: string): TaxFile {
  const { rates, file_hash } = file;
  const payers = payersIn(file);
  const [, found] = payers.find(([id]) => id === payer_id) ?? [];
  if (!found)
    throw new Rejected(
      `The tax file has no payer ${JSON.stringify(payer_id)}; it has ${payers.map(([id]) => id).join(', ')}.`,
    );
  return { ...found, rates, file_hash, payer_id };
}

/** What no single field shows. */
function faultsBetween(file: TaxSettings): string[] {
  const payers = payersIn(file);
  const faults = faultsByPayer(payers, faultsOfPayer);
  faults.push(...faultsOfIds(file.other_payers, 'the payer that the file begins with'), ...sharedNumbers(payers));
  const keys = file.rates.map(({ from, to, year }) => `${from} to ${to} in ${year}`);
  for (const key of twice(keys)) faults.push(`rates: ${key} is given twice`);
  return faults;
}

const twice = (keys: readonly string[]): Set<string> =>
  new Set(keys.filter((each, index) => keys.indexOf(each) !== index));

function faultsOfPayer({ year_basis, us_1099_misc, us_1042_s, dac7 }: PayerSettings): string[] {
  const faults: string[] = [];
  if (year_basis === 'paid' && us_1099_misc?.gross === 'before_platform_fee')
    faults.push('us_1099_misc.gross: before_platform_fee needs year_basis credited, for payouts are after the fee');
  if (year_basis === 'paid' && us_1099_misc?.refunds_of_earlier_years === 'not_deducted')
    faults.push(
      'us_1099_misc.refunds_of_earlier_years: not_deducted needs year_basis credited, for payouts are after refunds',
    );
  if (year_basis === 'paid' && us_1042_s)
    faults.push('us_1042_s needs year_basis credited, for its tax is withheld when royalties are credited');
  if (dac7?.activity === 'sale_of_goods' && dac7.currency !== 'EUR')
    faults.push('dac7.currency: sale_of_goods needs EUR, for its threshold is in EUR');
  return faults;
}

/** A number of a tax office names one payer: under one number, two would be one payer with two forms for a creator. */
function sharedNumbers(payers: readonly [string, PayerSettings][]): string[] {
  const numbers = (of: (settings: PayerSettings) => string | undefined): string[] => {
    const given = payers.map(([, settings]) => of(settings)?.replace('-', ''));
    return [...twice(given.filter((each) => each !== undefined))];
  };
  return [
    ...numbers(({ us_1099_misc }) => us_1099_misc?.ein).map((ein) => `us_1099_misc.ein: two payers have ${ein}`),
    ...numbers(({ us_1042_s }) => us_1042_s?.ein).map((ein) => `us_1042_s.ein: two payers have ${ein}`),
    ...numbers(({ dac7 }) => dac7?.operator_id).map((id) => `dac7.operator_id: two payers have ${id}`),
  ];
}
