import { CURRENCIES, requireExponent } from '../../warehouse/currencies.ts';
import { minorToDecimal, parseDecimal, roundedMinor } from '../../warehouse/money.ts';
import type { Locale } from './words.ts';

/** How the pages write dates and amounts. */
export interface Formats {
  /** `28 Nov 2026, 09:43 UTC`. */
  dateTime(instant: string): string;
  /** `28 Nov 2026`. */
  date(day: string): string;
  /** `November 2026`. */
  period(period: string): string;
  /** An exact decimal text with its currency: `1,234.50 EUR`. */
  amount(decimal: string, currency: string): string;
  /**
   * The same, rounded to what the currency has, half away from zero, for what is priced more finely; with all its digits if nothing else would be
   * left of it.
   */
  rounded(decimal: string, currency: string): string;
  /** Minor units with their currency. */
  minor(minor: bigint, currency: string): string;
  count(count: number | bigint): string;
  /** `1.2 GB`, in powers of a thousand. */
  bytes(count: number): string;
  /** A decimal text in three digits, for the axis of a chart: `1.2m`. */
  short(decimal: string): string;
  /** An exact decimal text without a currency, with all its digits. */
  decimal(decimal: string): string;
  /** `Nov 26`. */
  month(period: string): string;
  /** `28 Nov`. */
  day(day: string): string;
}

const TAGS: Readonly<Record<Locale, string>> = { en: 'en-GB', de: 'de-DE' };

/** Made once for each language, because formats of `Intl` are slow to make. */
export const formats = (locale: Locale): Formats => FORMATS[locale];

function formatsOf(locale: Locale): Formats {
  const tag = TAGS[locale];
  const dateTime = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const shortMonth = new Intl.DateTimeFormat(tag, { month: 'short', year: '2-digit', timeZone: 'UTC' });
  const shortDay = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const number = new Intl.NumberFormat(tag, { maximumFractionDigits: 20 });
  const compact = new Intl.NumberFormat(tag, { notation: 'compact', maximumSignificantDigits: 3 });
  const mark = number.formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  const amount = (decimal: string, currency: string): string =>
    `${decimalIn(withPlaces(decimal, currency), { number, mark })} ${currency}`;
  const minor = (units: bigint, currency: string): string => amount(minorToDecimal(units, currency), currency);
  return {
    dateTime: (instant) => inTwoParts(`${dateTime.format(new Date(instant))} UTC`),
    date: (day) => date.format(new Date(`${day}T00:00:00Z`)),
    period: (period) => month.format(new Date(`${period}-01T00:00:00Z`)),
    amount,
    rounded(decimal, currency) {
      const units = roundedMinor(parseDecimal(decimal), currency);
      return units === 0n ? amount(decimal, currency) : minor(units, currency);
    },
    minor,
    count: (count) => number.format(count),
    short: (decimal) => compact.format(decimal as Intl.StringNumericLiteral).replace('-', '−'),
    bytes: (count) => bytesIn(count, tag),
    decimal: (decimal) => decimalIn(decimal, { number, mark }),
    day: (day) => shortDay.format(new Date(`${day}T00:00:00Z`)),
    month: (period) => shortMonth.format(new Date(`${period}-01T00:00:00Z`)),
  };
}

const FORMATS: Readonly<Record<Locale, Formats>> = { en: formatsOf('en'), de: formatsOf('de') };

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function bytesIn(count: number, tag: string): string {
  const step = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  const options = { style: 'unit', unit: BYTE_UNITS[step] ?? 'byte', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(tag, options).format(count / 1000 ** step);
}

/** With at least as many places as the currency has; none is taken away. */
function withPlaces(decimal: string, currency: string): string {
  const places = CURRENCIES.includes(currency) ? requireExponent(currency) : 0;
  const [whole = '', fraction = ''] = decimal.split('.');
  const padded = fraction.padEnd(places, '0');
  return padded === '' ? whole : `${whole}.${padded}`;
}

/** All digits are kept: the whole part is grouped, and what follows is copied behind the locale's mark. */
function decimalIn(decimal: string, { number, mark }: { number: Intl.NumberFormat; mark: string }): string {
  const [, sign = '', whole = '0', fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  return `${sign && '−'}${number.format(BigInt(whole))}${fraction === undefined ? '' : mark + fraction}`;
}

/** A narrow column breaks it only between the day and the time. */
const inTwoParts = (text: string): string => text.replaceAll(' ', '\u00a0').replace(',\u00a0', ', ');
