import { requireExponent } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { type Period, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { ExportFile } from '../render/export-files.ts';
import { type DatevSettings, requireMapping } from './accounting-file.ts';
import { chunksOf, numbered } from './chunks.ts';
import { DATEV_COLUMNS, type DatevColumn } from './datev-columns.ts';
import { baseAmountOf, ONE, rateOf } from './datev-rates.ts';
import type { Journal, JournalEntry } from './document.ts';
import { encodeWindows1252 } from './windows-1252.ts';
import { entryInWords, RULE_SET_ON } from './words.ts';

/** developer.datev.de, DATEV-Format, booking batch: an amount has at most ten digits before the comma; a batch 99,999 entries. */
const LARGEST_HUNDREDTHS = 10n ** 12n - 1n;
const MAX_ROWS = 99_999;

type Mapping = DatevSettings['accounts'][string];

/** One row: its amount is debited to `debit` and credited to `credit`. */
interface Row {
  readonly entry: JournalEntry;
  readonly debit: Mapping;
  readonly credit: Mapping;
  /** In hundredths of the currency, which is DATEV's smallest unit of any currency. */
  readonly hundredths: bigint;
}

/**
 * The journal as DATEV's Buchungsstapel, format 13. A row has two accounts, so an entry is divided into pairs of a debit and a credit; its
 * lines on one external account are joined first. Throws `Rejected` for an account without a mapping, a currency without a rate, and one
 * with more than two decimal places.
 */
export function renderDatev(journal: Journal, settings: DatevSettings): ExportFile[] {
  const accountOf = requireMapping(journal, { format: 'datev', accounts: settings.accounts });
  assertCurrencies(journal, settings);
  const entries = journal.entries.map((entry) => {
    const sums = new Map<string, { mapping: Mapping; hundredths: bigint }>();
    const scale = 10n ** BigInt(2 - requireExponent(entry.currency));
    for (const { account, amount_minor } of entry.lines) {
      const mapping = accountOf(account, entry.currency);
      const before = sums.get(mapping.account)?.hundredths ?? 0n;
      sums.set(mapping.account, { mapping, hundredths: before + amount_minor * scale });
    }
    const rows = pairsOf(entry, { sums: [...sums.values()], largest: largestOf(entry, { journal, settings }) });
    assertSums(rows, sums);
    return rows;
  });
  const chunks = chunksOf(entries, { limit: MAX_ROWS, sizeOf: (rows) => rows.length });
  return chunks.map((chunk, index) => {
    const rows = chunk.flat();
    const lines = [
      headerOf(journal, settings),
      DATEV_COLUMNS.join(';'),
      ...rows.map((row) => rowText(row, { journal, settings })),
    ];
    return {
      name: numbered(`EXTF_Buchungsstapel_${journal.period}`, { index, of: chunks.length }),
      bytes: encodeWindows1252(lines.map((line) => `${line}\r\n`).join('')),
      row_count: rows.length,
    };
  });
}

/** The largest amount of a row, in hundredths: neither it nor its base amount may have more digits than DATEV's fields. */
function largestOf(
  { currency }: JournalEntry,
  { journal, settings }: { journal: Journal; settings: DatevSettings },
): bigint {
  const rate = requirePresent(rateOf(currency, { period: journal.period, settings }), `A rate of ${currency}.`);
  return rate < ONE ? (LARGEST_HUNDREDTHS * rate) / ONE : LARGEST_HUNDREDTHS;
}

/** Debits and credits in their order, each pair as large as both sides and DATEV's fields allow. */
function pairsOf(
  entry: JournalEntry,
  { sums, largest }: { sums: readonly { mapping: Mapping; hundredths: bigint }[]; largest: bigint },
): Row[] {
  const debits = sums.filter(({ hundredths }) => hundredths > 0n).map((each) => ({ ...each }));
  const credits = sums
    .filter(({ hundredths }) => hundredths < 0n)
    .map(({ mapping, hundredths }) => ({ mapping, hundredths: -hundredths }));
  const rows: Row[] = [];
  for (let [debit, credit] = [debits.shift(), credits.shift()]; debit && credit; ) {
    const hundredths = leastOf([debit.hundredths, credit.hundredths, largest]);
    rows.push({ entry, debit: debit.mapping, credit: credit.mapping, hundredths });
    debit.hundredths -= hundredths;
    credit.hundredths -= hundredths;
    if (debit.hundredths === 0n) debit = debits.shift();
    if (credit.hundredths === 0n) credit = credits.shift();
  }
  return rows;
}

function leastOf(amounts: readonly bigint[]): bigint {
  const [least = 0n] = amounts.toSorted((a, b) => (a < b ? -1 : 1));
  return least;
}

/** The rows move every account by what the entry moves it by. */
function assertSums(rows: readonly Row[], sums: ReadonlyMap<string, { hundredths: bigint }>): void {
  const left = new Map([...sums].map(([account, { hundredths }]) => [account, hundredths]));
  const add = (account: string, hundredths: bigint) => left.set(account, (left.get(account) ?? 0n) + hundredths);
  for (const { debit, credit, hundredths } of rows) {
    add(debit.account, -hundredths);
    add(credit.account, hundredths);
  }
  const odd = [...left].find(([, hundredths]) => hundredths !== 0n);
  invariant(!odd, `The rows of an entry must move ${odd?.[0]} by its lines; ${odd?.[1]} hundredths are left.`);
}

/** All at once, so that all can be mended at once. */
function assertCurrencies({ period, entries }: Journal, settings: DatevSettings): void {
  const currencies = [...new Set(entries.map(({ currency }) => currency))].sort();
  const refused = (why: string, names: readonly string[]): Rejected =>
    new Rejected(`The journal of ${period} cannot be exported for datev: ${why} ${names.join(', ')}`);
  const fine = currencies.filter((currency) => requireExponent(currency) > 2);
  if (fine.length > 0)
    throw refused('its amounts have two decimal places, fewer than those of', [`${fine.join(', ')}; choose csv.`]);
  const unrated = currencies.filter((currency) => rateOf(currency, { period, settings }) === undefined);
  if (unrated.length > 0) {
    throw refused(`the base currency is ${settings.base_currency}, and datev.rates has no rate of ${period} for`, [
      `${unrated.join(', ')}; add it, as units of the currency for one ${settings.base_currency}, or choose csv.`,
    ]);
  }
}

/** The 31 fields of the first line: developer.datev.de, DATEV-Format, header. */
function headerOf({ period, cutoff_at }: Journal, settings: DatevSettings): string {
  const { adviser_number, client_number, account_length, lock, base_currency, chart } = settings;
  const day = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10).replaceAll('-', '');
  const createdAt = new Date(cutoff_at).toISOString().replace(/\D/g, '');
  return [
    ...['"EXTF"', '700', '21', '"Buchungsstapel"', '13', createdAt, '', '""', '"Tantieme"', '""'],
    ...[adviser_number, client_number, fiscalYearStart(period, settings), String(account_length)],
    ...[day(periodStart(period)), day(periodEnd(period) - 1), `"Tantieme ${period}"`, '""', '1', '0', lock ? '1' : '0'],
    ...[`"${base_currency}"`, '', '""', '', '', `"${chart}"`, '', '', '""', `"Stand ${RULE_SET_ON}"`],
  ].join(';');
}

/** The first day of the fiscal year in which a period lies: `20260101`. */
function fiscalYearStart(period: Period, { fiscal_year_first_month: first }: DatevSettings): string {
  const [year, month] = [Number(period.slice(0, 4)), Number(period.slice(5))];
  return `${month >= first ? year : year - 1}${String(first).padStart(2, '0')}01`;
}

function rowText(
  { entry, debit, credit, hundredths }: Row,
  { journal, settings }: { journal: Journal; settings: DatevSettings },
): string {
  const { currency, booked_on, number } = entry;
  const isBase = currency === settings.base_currency;
  const base = isBase ? undefined : baseAmountOf(hundredths, { currency, period: journal.period, settings });
  const cells: Partial<Record<DatevColumn, string>> = {
    'Umsatz (ohne Soll/Haben-Kz)': withComma(hundredths),
    'Soll/Haben-Kennzeichen': '"S"',
    'WKZ Umsatz': `"${currency}"`,
    ...(base && {
      ...(base.rate !== undefined && { Kurs: base.rate }),
      ...(base.hundredths > 0n && {
        'Basis-Umsatz': withComma(base.hundredths),
        'WKZ Basis-Umsatz': `"${settings.base_currency}"`,
      }),
    }),
    Konto: debit.account,
    'Gegenkonto (ohne BU-Schlüssel)': credit.account,
    'BU-Schlüssel': requirePostingKey(debit, credit),
    Belegdatum: `${booked_on.slice(8)}${booked_on.slice(5, 7)}`,
    'Belegfeld 1': `"${number}"`,
    Buchungstext: `"${entryInWords(entry)}"`,
    Festschreibung: settings.lock ? '1' : '0',
    'Generalumkehr (GU)': '"0"',
  };
  return DATEV_COLUMNS.map((column) => cells[column] ?? '').join(';');
}

/** A row has one key for both accounts. */
function requirePostingKey(debit: Mapping, credit: Mapping): string {
  const keys = [...new Set([debit, credit].flatMap(({ posting_key }) => posting_key ?? []))];
  if (keys.length > 1) {
    throw new Rejected(
      `The journal cannot be exported for datev: a row posts ${debit.account} against ${credit.account}, which have different posting keys; give both the same, or one of them none.`,
    );
  }
  return keys[0] === undefined ? '' : `"${keys[0]}"`;
}

/** 123456n → `1234,56`. */
function withComma(hundredths: bigint): string {
  const digits = hundredths.toString().padStart(3, '0');
  return `${digits.slice(0, -2)},${digits.slice(-2)}`;
}
