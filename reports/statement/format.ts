import { exponentOf } from '../../warehouse/currencies.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import type { HanFont } from '../render/pdf/script-fonts.ts';
import type { StatementDocument, StatementLine } from './document.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const LICENSES = {
  one_time: { name: 'One-time licence', counted: ['purchase', 'purchases'] },
  subscription: { name: 'Subscription', counted: ['payment', 'payments'] },
  metered: { name: 'Metered use', counted: ['use', 'uses'] },
} as const;

/** The forms of Han characters in the names and titles of a statement. A creator has a country, but no language. */
export function hanOf({ creator }: StatementDocument): HanFont {
  return creator.country === 'JP' ? 'jp' : creator.country === 'KR' ? 'kr' : 'sc';
}

/** `2026-01-09` or an instant → `9 January 2026`. */
export function formatDay(date: string): string {
  return `${Number(date.slice(8, 10))} ${formatMonth(date.slice(0, 7))}`;
}

/** `2026-01` → `January 2026`. */
export function formatMonth(period: string): string {
  return `${requirePresent(MONTHS[Number(period.slice(5, 7)) - 1], `The period ${period} must have a month from 01 to 12.`)} ${period.slice(0, 4)}`;
}

/** First and last day → `1–31 January 2026`; over more than one month → `16 December 2025 – 15 January 2026`. */
export function formatDateRange(first: string, last: string): string {
  if (first.slice(0, 7) === last.slice(0, 7)) return `${Number(first.slice(8))}–${formatDay(last)}`;
  return `${formatDay(first)} – ${formatDay(last)}`;
}

/** `-1234.5` → `−1,234.5`: with thousands separators and a typographic minus sign. */
export function groupDigits(decimal: string): string {
  const match = /^(-?)([0-9]+)(\.[0-9]+)?$/.exec(decimal);
  invariant(match, `${JSON.stringify(decimal)} must be a decimal to be printed.`);
  const [, sign = '', whole = '', fraction = ''] = match;
  return `${sign && '−'}${whole.replace(/\B(?=([0-9]{3})+$)/g, ',')}${fraction}`;
}

/** An amount for display, split after the currency's minor unit: (`1234.5678`, USD) → `1,234.56` and `78`. */
export function splitAmount(exact: string, currency: string): { readonly main: string; readonly tail: string } {
  const places = exponentOf(currency);
  const [whole = '', fraction = ''] = exact.split('.');
  const shown = fraction.slice(0, places).padEnd(places, '0');
  const tail = fraction.slice(places).replace(/0+$/, '');
  const point = places === 0 && tail !== '' ? '.' : '';
  return { main: groupDigits(places === 0 ? whole : `${whole}.${shown}`), tail: `${point}${tail}` };
}

const CORRECTED: Readonly<Record<string, string>> = { outcome: 'outcome of dispute' };

/** What a correction is about: `sale sale_1`. */
export function nameOfCorrected({
  corrected_kind,
  corrected_id,
}: Pick<StatementLine, 'corrected_kind' | 'corrected_id'>): string {
  return `${CORRECTED[corrected_kind ?? ''] ?? corrected_kind} ${corrected_id}`;
}

/** `metered` → `Metered use`. */
export function nameOfLicense(type: LicenseType): string {
  return requirePresent(LICENSES[type], `The licence type ${type} must have a name.`).name;
}

/** The text below an asset's title: `Metered use · 31 uses · earned in December 2025`, or `Correction of sale sale_1 · earned in …`. */
export function describeLine(line: StatementLine, period: string): string {
  const { kind, license_type, revenue_event_count, earned_period } = line;
  const late = earned_period === period ? '' : ` · earned in ${formatMonth(earned_period)}`;
  if (license_type === null) return `Correction ${line.correction_id}`;
  if (line.correction_id !== null) return `Correction of ${nameOfCorrected(line)}${late}`;
  const { name, counted } = requirePresent(
    LICENSES[license_type],
    `The licence type ${license_type} must have a name.`,
  );
  const [one, many] = {
    earning: counted,
    refund: ['refund', 'refunds'],
    adjustment: ['lost dispute', 'lost disputes'],
  }[kind];
  const count = `${groupDigits(revenue_event_count)} ${revenue_event_count === '1' ? one : many}`;
  return `${name} · ${count}${late}`;
}

/** How many sales of a line are named. */
const NAMED = 3;

/** The sales that a line changes: `Sale sale_1 (refund ref_1).`, or the first three and how many more there are. */
export function describeMovements({ movements, corrected_kind }: StatementLine): string {
  if (movements.length === 0 || corrected_kind === 'sale') return '';
  const names = movements.slice(0, NAMED).map(({ movement_id, sale_id }) => {
    const [, by, id] = /^(refund|dispute):(.*)$/s.exec(movement_id) ?? [];
    return by ? `${sale_id} (${by} ${id})` : sale_id;
  });
  const more = movements.length - names.length;
  const rest = more > 0 ? ` and ${groupDigits(String(more))} more, which are listed in the attached files` : '';
  return `${movements.length === 1 ? 'Sale' : 'Sales'} ${names.join(', ')}${rest}.`;
}
