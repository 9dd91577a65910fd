import { type Static, type TSchema, Type } from 'typebox';
import { CURRENCIES, requireExponent } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { ACCOUNT_NAMES } from '../../warehouse/vocabulary/accounts.ts';
import { exactly } from '../exactly.ts';
import { type Hashed, settingsFile } from '../settings-file.ts';
import { text } from '../settings-shapes.ts';
import { EXPORT_ROUNDING, type ExportAccount, type Journal } from './document.ts';

const Currency = Type.Enum([...CURRENCIES]);

/** By our account, or by account and currency: `stripe_balance`, `stripe_balance:USD`. */
function accounts<S extends TSchema>(account: S) {
  const names = [...ACCOUNT_NAMES, EXPORT_ROUNDING].join('|');
  return Type.Record(Type.String({ pattern: `^(${names})(:(${CURRENCIES.join('|')}))?$` }), account, {
    additionalProperties: false,
  });
}

const Datev = exactly(
  {
    adviser_number: Type.String({ pattern: '^\\d{4,7}$' }),
    client_number: Type.String({ pattern: '^\\d{1,5}$' }),
    fiscal_year_first_month: Type.Integer({ minimum: 1, maximum: 12 }),
    account_length: Type.Integer({ minimum: 4, maximum: 8 }),
    chart: Type.String({ pattern: '^(\\d{2}){1,2}$' }),
    base_currency: Currency,
    lock: Type.Boolean({ description: 'Whether DATEV shall lock the entries (Festschreibung).' }),
    rates: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Z]{3}$' }),
        Type.Record(
          Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }),
          Type.String({ pattern: '^(?=.*[1-9])(0|[1-9]\\d{0,8})(\\.\\d{1,6})?$' }),
          { additionalProperties: false },
        ),
        { additionalProperties: false, description: 'Units of a currency for one of the base currency, by period.' },
      ),
    ),
    accounts: accounts(
      exactly(
        {
          account: Type.String({ pattern: '^(?!0+$)\\d{1,9}$' }),
          posting_key: Type.Union([Type.String({ pattern: '^\\d{4}$' }), Type.Null()]),
        },
        'An account of DATEV, and its posting key (BU-Schlüssel).',
      ),
    ),
  },
  'DATEV, Buchungsstapel.',
);

const QuickBooks = exactly(
  {
    date_form: Type.Enum(['MM/DD/YYYY', 'DD/MM/YYYY', 'YYYY-MM-DD']),
    accounts: accounts(
      exactly(
        {
          account: text(100, 'Its name, `Parent:Child`.'),
          name: Type.Union([text(100, 'A customer or vendor.'), Type.Null()]),
        },
        'An account of QuickBooks Online.',
      ),
    ),
  },
  'QuickBooks Online.',
);

const Xero = exactly(
  {
    base_currency: Currency,
    accounts: accounts(
      exactly(
        { account: text(10, 'Its code.'), tax_rate: text(50, 'The full name of a tax rate.') },
        'An account of Xero.',
      ),
    ),
  },
  'Xero.',
);

const Accounting = exactly(
  { datev: Type.Optional(Datev), quickbooks: Type.Optional(QuickBooks), xero: Type.Optional(Xero) },
  'The settings and accounts of accounting software, by format.',
);

export type DatevSettings = Static<typeof Datev>;
export type QuickBooksSettings = Static<typeof QuickBooks>;
export type XeroSettings = Static<typeof Xero>;

/** The settings of each format. */
export type AccountingFile = Hashed<Static<typeof Accounting>>;

export type MappedFormat = keyof Static<typeof Accounting>;

export const { read: readAccountingFile, parse: parseAccountingFile } = settingsFile({
  called: 'accounting file',
  setting: 'TANTIEME_ACCOUNTING_FILE',
  unset:
    'The journal cannot be exported in this format, because no accounts are mapped; set TANTIEME_ACCOUNTING_FILE (reports/journal/README.md has an example), or choose csv.',
  schema: Accounting,
  faultsBetween: ({ datev }) => datevFaults(datev),
});

/** A base currency of other decimal places, accounts that are too long, and posting keys that differ for one account. */
function datevFaults(datev: DatevSettings | undefined): string[] {
  if (!datev) return [];
  const longest = datev.account_length + 1;
  const keys = new Map<string, string | null>();
  const base =
    requireExponent(datev.base_currency) === 2
      ? []
      : [`datev.base_currency: ${datev.base_currency} does not have two decimal places, as DATEV's amounts have`];
  const faults = Object.entries(datev.accounts).flatMap(([name, { account, posting_key }]) => {
    const key = keys.get(account);
    keys.set(account, posting_key);
    const place = `datev.accounts.${name}`;
    if (account.length > longest)
      return [`${place}: ${account} has more than ${longest} digits, that is account_length and one more`];
    return key === undefined || key === posting_key ? [] : [`${place}: ${account} has another posting_key elsewhere`];
  });
  return [...base, ...faults];
}

/**
 * The external account of each of our accounts. Throws `Rejected` that names every account which has an amount in the journal but no
 * external account.
 */
export function requireMapping<A>(
  { period, entries }: Pick<Journal, 'period' | 'entries'>,
  { format, accounts: given }: { format: MappedFormat; accounts: Readonly<Record<string, A>> },
): (account: ExportAccount, currency: string) => A {
  const found = (account: ExportAccount, currency: string): A | undefined =>
    given[`${account}:${currency}`] ?? given[account];
  const missing = new Set<string>();
  for (const { currency, lines } of entries) {
    for (const { account } of lines)
      if (found(account, currency) === undefined) missing.add(`${account} (${currency})`);
  }
  const refused = (names: string): Rejected =>
    new Rejected(
      `The journal of ${period} cannot be exported for ${format}, because the accounting file has no account for ${names}; add each under ${format}.accounts.`,
    );
  if (missing.size > 0) throw refused([...missing].sort().join(', '));
  return (account, currency) => {
    const one = found(account, currency);
    if (one === undefined) throw refused(account);
    return one;
  };
}

/** The settings of a format. Throws `Rejected` if the accounting file has none. */
export function requireSettings<F extends MappedFormat>(
  file: AccountingFile,
  format: F,
): NonNullable<AccountingFile[F]> {
  const settings = file[format];
  if (!settings) throw new Rejected(`The accounting file has no ${format}; add it, as in reports/journal/README.md.`);
  return settings;
}
