import { codeText } from '../../../reports/dashboards/labels.ts';
import type { Unit } from '../../../transforms/metrics/metrics.ts';
import { parseDecimal, roundedMinor } from '../../../warehouse/money.ts';
import { nextPeriod, parsePeriod } from '../../../warehouse/period.ts';
import { formats } from '../formats.ts';
import type { Locale, Words } from '../words.ts';
import { type ChartAxis, ratio, share } from './chart-axis.ts';
import type { ChartPoint } from './chart-drawing.ts';

/** A card as the API has it. */
export interface ShownCard {
  readonly card: keyof Words['dashboards']['cards'];
  readonly chart: 'bar' | 'line' | 'row' | 'table';
  readonly along: string;
  readonly value: string;
  readonly unit: Unit;
  readonly link: string | null;
  readonly columns: readonly (keyof Words['dashboards']['columns'])[];
  readonly rows: readonly CardRow[];
}

export type CardRow = Readonly<Record<string, string | null>>;

/** How the values of a card are written. */
interface FigureTexts {
  /** The value of a column; `–` for none. */
  cell(row: CardRow, column: string): string;
  /** The same in large letters: an amount to its minor unit. */
  headline(row: CardRow, column: string): string;
  /** The rows of a chart, in their order. */
  points(card: ShownCard): readonly ChartPoint[];
  axis(card: ShownCard): ChartAxis;
}

export function figureTexts({ words, locale }: { words: Words; locale: Locale }, unit: Unit): FigureTexts {
  const format = formats(locale);
  const { days } = words.dashboards;
  const metric = (value: string, currency: string): string => {
    if (unit === 'amount') return format.amount(value, currency);
    if (unit === 'amount_millionths') return format.amount(ratio(value), currency);
    if (unit === 'ppm') return share(value, locale);
    if (unit === 'millionths') return format.decimal(ratio(value));
    return unit === 'days' ? days(format.count(BigInt(value))) : format.count(BigInt(value));
  };
  const cell = (row: CardRow, column: string): string => {
    const value = row[column] ?? null;
    if (value === null) return '–';
    if (column === 'metric_value') return metric(value, row.currency ?? '');
    if (column === 'period') return format.period(value);
    if (column.endsWith('_on')) return format.date(value);
    if (column.endsWith('amount')) return format.amount(value, row.currency ?? '');
    if (column.endsWith('_count')) return format.count(BigInt(value));
    return codeText(column, value, locale);
  };
  const labelOf = (row: CardRow, along: string): string => {
    const value = row[along] ?? '';
    if (along === 'period') return format.month(value);
    return along.endsWith('_on') ? format.day(value) : cell(row, along);
  };
  const points = ({ rows, along, value }: ShownCard): readonly ChartPoint[] =>
    rows.map((row) => ({
      label: labelOf(row, along),
      text: cell(row, value),
      nanos: parseDecimal(row[value] ?? '0'),
    }));
  const headline = (row: CardRow, column: string): string => {
    const { [column]: value, currency } = row;
    if (unit !== 'amount' || !value || !currency) return cell(row, column);
    return format.minor(roundedMinor(parseDecimal(value), currency), currency);
  };
  const axis = ({ rows }: ShownCard): ChartAxis => ({ unit, currency: rows[0]?.currency ?? '', locale });
  return { cell, headline, points, axis };
}

/** The rows of a count by month with the months that have none: nothing happened in them, which is zero. Other cards stay as they are. */
export function withZeroMonths(
  card: ShownCard,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): ShownCard {
  const known = new Map(card.rows.map((row) => [row.period, row]));
  const [first, last] = [from ?? card.rows[0]?.period, to ?? card.rows.at(-1)?.period];
  if (card.unit !== 'count' || card.along !== 'period' || card.columns.length > 2 || known.size === 0) return card;
  if (!first || !last) return card;
  const rows: CardRow[] = [];
  for (let period = parsePeriod(first); period <= last; period = nextPeriod(period)) {
    rows.push(known.get(period) ?? { period, [card.value]: '0' });
  }
  return { ...card, rows };
}
