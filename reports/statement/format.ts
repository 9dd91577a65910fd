import { requireExponent } from '../../warehouse/currencies.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';

/** The languages in which statements are written. */
export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

/** How a language writes numbers and dates. Decimals are decimal strings, days `2026-01-09`, months `2026-01`. */
export interface Formats {
  /** `2026-01` → `January 2026`. */
  readonly month: (period: string) => string;
  /** `2026-01-09` or an instant → `9 January 2026`. */
  readonly day: (date: string) => string;
  /** A day in the cell of a workbook. */
  readonly cellDay: (date: string) => string;
  /** First and last day → `1–31 January 2026`; a single day → that day; over more than one month → `16 December 2025 – 15 January 2026`. */
  readonly dateRange: (first: string, last: string) => string;
  /** `-1234.5` → `−1,234.5`: with thousands separators and a typographic minus sign. */
  readonly digits: (decimal: string) => string;
  /** An amount, split after the currency's minor unit: (`1234.5678`, USD) → `1,234.56` and `78`. */
  readonly split: (exact: string, currency: string) => { readonly main: string; readonly tail: string };
  /** An amount as a text that is already written, with its currency: `USD 1.50`. */
  readonly beside: (currency: string, amount: string, space?: string) => string;
  /** An exact amount with at least the decimal places of its currency, and any further digits. */
  readonly money: (exact: string, currency: string) => string;
  /** The rate of a statement, `33.33 %`. */
  readonly rate: (rate: string) => string;
}

interface Rules {
  readonly months: readonly string[];
  readonly thousands: string;
  readonly point: string;
  readonly day: (day: { readonly day: string; readonly month: string; readonly date: string }) => string;
  readonly cellDay: (date: string) => string;
  /** The first of two days of one month, before the dash, and the second one. */
  readonly within: (days: { readonly first: number; readonly last: number; readonly month: string }) => string;
  readonly beside: Formats['beside'];
}

function formatsOf({ months, thousands, point, within, beside, ...rules }: Rules): Formats {
  const month = (period: string): string => {
    const name = months[Number(period.slice(5, 7)) - 1];
    return `${requirePresent(name, `The period ${period} must have a month from 01 to 12.`)} ${period.slice(0, 4)}`;
  };
  const day = (date: string): string =>
    rules.day({ day: String(Number(date.slice(8, 10))), month: month(date.slice(0, 7)), date: date.slice(0, 10) });
  const digits = (decimal: string): string => {
    const match = /^(-?)([0-9]+)(\.[0-9]+)?$/.exec(decimal);
    invariant(match, `${JSON.stringify(decimal)} must be a decimal to be printed.`);
    const [, sign = '', whole = '', fraction = ''] = match;
    return `${sign && '−'}${whole.replace(/\B(?=([0-9]{3})+$)/g, thousands)}${fraction && point + fraction.slice(1)}`;
  };
  const split: Formats['split'] = (exact, currency) => {
    const places = requireExponent(currency);
    const [whole = '', fraction = ''] = exact.split('.');
    const shown = fraction.slice(0, places).padEnd(places, '0');
    const tail = fraction.slice(places).replace(/0+$/, '');
    return {
      main: digits(places === 0 ? whole : `${whole}.${shown}`),
      tail: `${places === 0 && tail !== '' ? point : ''}${tail}`,
    };
  };
  return {
    ...{ month, day, digits, split, beside, cellDay: rules.cellDay },
    dateRange: (first, last) =>
      first === last
        ? day(first)
        : first.slice(0, 7) === last.slice(0, 7)
          ? within({ first: Number(first.slice(8)), last: Number(last.slice(8)), month: month(last.slice(0, 7)) })
          : `${day(first)} – ${day(last)}`,
    money(exact, currency) {
      const { main, tail } = split(exact, currency);
      return beside(currency, `${main}${tail}`);
    },
    rate: (rate) => rate.replace('.', point),
  };
}

const ENGLISH = formatsOf({
  months: [
    ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
    'December',
  ],
  thousands: ',',
  point: '.',
  day: ({ day, month }) => `${day} ${month}`,
  cellDay: (date) => date.slice(0, 10),
  within: ({ first, last, month }) => `${first}–${last} ${month}`,
  beside: (currency, amount, space = ' ') => `${currency}${space}${amount}`,
});

/** DIN 5008: `31.01.2026`, `1.234,56 EUR`. */
const germanDay = (date: string): string => date.slice(0, 10).split('-').reverse().join('.');
const GERMAN = formatsOf({
  months: [
    ...['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November'],
    'Dezember',
  ],
  thousands: '.',
  point: ',',
  day: ({ date }) => germanDay(date),
  cellDay: germanDay,
  within: ({ first, last, month }) => `${first}.–${last}. ${month}`,
  beside: (currency, amount, space = ' ') => `${amount}${space}${currency}`,
});

export const FORMATS_OF: Readonly<Record<Locale, Formats>> = { en: ENGLISH, de: GERMAN };

/** In English, for documents that have no other language. */
export const { month: formatMonth, day: formatDay, dateRange: formatDateRange } = ENGLISH;
export const { digits: groupDigits, split: splitAmount } = ENGLISH;
