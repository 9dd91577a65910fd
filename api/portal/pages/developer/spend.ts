import type { VNode } from 'preact';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { type DeveloperRequest, daysIn, developerPage, eachDay } from '../../components/developer-page.ts';
import { grid } from '../../components/grid.ts';
import { DAY_BAR, monthBars } from '../../components/month-bars.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';

/** What was used or paid on a day, as the API shows it. */
export interface Spend {
  readonly spent_on: string;
  readonly spend_kind: 'metered' | 'one_time' | 'subscription' | 'refund';
  readonly asset_id: string;
  readonly asset_title: string | null;
  readonly currency: string;
  readonly event_count: number;
  readonly units: string | null;
  readonly amount: string | null;
  readonly tax_amount: string | null;
  readonly unpriced_count: number;
}

/** The most rows of a table: a page of thousands takes seconds. */
const MOST_ROWS = 200;

/** What a developer used and paid: a bar a day, the same as numbers, by asset, and line by line. */
export const developerSpend = developerPage({
  path: '/spend',
  async show(request) {
    const { api, apiPath, words } = request;
    const { spend: texts, from, until, show } = words.developer;
    const days = daysIn(request);
    const { data } = await api.get<{ data: Spend[] }>(`${apiPath}/spend?${new URLSearchParams(days)}`);
    const body = html`<p>${texts.explain}</p>
      <form class="row" method="get">
        <label>${from}<input name="from" type="date" value=${days.from} required /></label>
        <label>${until}<input name="until" type="date" value=${days.until} required /></label>
        <button class="second">${show}</button>
      </form>
      ${data.length === 0 ? html`<p>${texts.none}</p>` : tables(request, { data, days: eachDay(days) })}`;
    return { title: texts.title, body };
  },
});

/** The sum of what has a price, exact. */
export const sumOf = (rows: readonly Spend[]): bigint =>
  rows.reduce((sum, { amount }) => sum + (amount === null ? 0n : parseDecimal(amount)), 0n);

/** What has a price, by currency. */
export const byCurrency = (data: readonly Spend[]): [string, Spend[]][] =>
  [...Map.groupBy(data, ({ currency }) => currency)].filter(([currency]) => currency !== '').sort();

function tables(request: DeveloperRequest, { data, days }: { data: readonly Spend[]; days: readonly string[] }) {
  const { spend: texts } = request.words.developer;
  return html`${byCurrency(data).map(([currency, rows]) => ofDays(request, { currency, rows, days }))}
    <h2>${texts.byAsset}</h2>
    ${ofAssets(request, data)}
    <details><summary>${texts.lines}</summary>${lines(request, data)}</details>`;
}

interface OfCurrency {
  readonly currency: string;
  readonly rows: readonly Spend[];
  readonly days: readonly string[];
}

function ofDays({ words, locale, at }: DeveloperRequest, { currency, rows, days }: OfCurrency): VNode {
  const { spend: texts } = words.developer;
  const { amount, date, count } = formats(locale);
  const byDay = Map.groupBy(rows, ({ spent_on }) => spent_on);
  const bars = days.map((day, index) => ({
    label: index % 5 === 0 ? String(Number(day.slice(8))) : '',
    minor: sumOf(byDay.get(day) ?? []),
  }));
  return html`<h2>${texts.chart(currency)}</h2>
    ${days.length > 1 && monthBars(bars, texts.chart(currency), DAY_BAR)}
    ${grid({
      ...{ caption: texts.byDay(currency), isCaptionHidden: true, none: texts.none, rows: [...byDay] },
      columns: [
        {
          label: texts.day,
          cell: ([day]) => html`<a href=${at(`/spend?from=${day}&until=${day}`)}>${date(day)}</a>`,
        },
        { label: texts.count, isNumber: true, cell: ([, each]) => count(totalOf(each, 'event_count')) },
        { label: texts.amount, isNumber: true, cell: ([, each]) => amount(decimalOf(sumOf(each)), currency) },
      ],
    })}`;
}

const totalOf = (rows: readonly Spend[], of: 'event_count' | 'unpriced_count'): number =>
  rows.reduce((sum, row) => sum + row[of], 0);

const titled = ({ asset_id, asset_title }: Spend): VNode =>
  html`${asset_title ?? (asset_id || '–')}${asset_title !== null && html`<div class="soft"><code>${asset_id}</code></div>`}`;

function ofAssets({ words, locale }: DeveloperRequest, data: readonly Spend[]): VNode {
  const { spend: texts, asset } = words.developer;
  const format = formats(locale);
  const { count } = format;
  const groups = [
    ...Map.groupBy(data, ({ asset_id, spend_kind, currency }) => [asset_id, spend_kind, currency].join(' ')).values(),
  ]
    .map((rows) => ({ rows, sum: sumOf(rows) }))
    .toSorted((a, b) => (a.sum === b.sum ? 0 : a.sum > b.sum ? -1 : 1));
  const unpricedIn = (rows: readonly Spend[]) => {
    const unpriced = totalOf(rows, 'unpriced_count');
    return unpriced > 0 && html`<div class="soft">${texts.unpriced(count(unpriced))}</div>`;
  };
  const table = grid({
    ...{ caption: texts.byAsset, isCaptionHidden: true, isStacked: true, none: texts.none },
    rows: groups.slice(0, MOST_ROWS).flatMap(({ rows }) => (rows[0] === undefined ? [] : [{ first: rows[0], rows }])),
    columns: [
      { label: asset, cell: ({ first }) => titled(first) },
      { label: texts.kind, cell: ({ first }) => texts.kinds[first.spend_kind] },
      { label: texts.count, isNumber: true, cell: ({ rows }) => count(totalOf(rows, 'event_count')) },
      { label: texts.units, isNumber: true, cell: ({ rows }) => unitsOf(rows, format) },
      { label: texts.amount, isNumber: true, cell: ({ rows }) => html`${moneyOf(rows, format)}${unpricedIn(rows)}` },
    ],
  });
  return html`${restOf(groups.length, { texts, count })}${table}`;
}

/** Says that a table has more rows than are shown. */
const restOf = (
  rowCount: number,
  { texts, count }: Pick<Formats, 'count'> & { texts: DeveloperRequest['words']['developer']['spend'] },
): VNode =>
  html`${rowCount > MOST_ROWS && html`<p class="soft">${texts.first(count(MOST_ROWS), count(rowCount))}</p>`}`;

function lines({ words, locale }: DeveloperRequest, data: readonly Spend[]): VNode {
  const { spend: texts, asset } = words.developer;
  const format = formats(locale);
  const { date, count, amount } = format;
  const table = grid({
    ...{ caption: texts.lines, isCaptionHidden: true, isStacked: true, none: texts.none },
    rows: data.slice(0, MOST_ROWS),
    columns: [
      { label: texts.day, cell: ({ spent_on }) => date(spent_on) },
      { label: asset, cell: titled },
      { label: texts.kind, cell: ({ spend_kind }) => texts.kinds[spend_kind] },
      { label: texts.count, isNumber: true, cell: ({ event_count }) => count(event_count) },
      { label: texts.units, isNumber: true, cell: (row) => unitsOf([row], format) },
      { label: texts.amount, isNumber: true, cell: (row) => moneyOf([row], format) },
      {
        label: texts.tax,
        isNumber: true,
        cell: (row) => (row.tax_amount === null ? '–' : amount(row.tax_amount, row.currency)),
      },
    ],
  });
  return html`${restOf(data.length, { texts, count })}${table}`;
}

const moneyOf = (rows: readonly Spend[], format: Formats): string => {
  const isPriced = rows.some(({ amount }) => amount !== null);
  return isPriced ? format.amount(decimalOf(sumOf(rows)), rows[0]?.currency ?? '') : '–';
};

function unitsOf(rows: readonly Spend[], format: Formats): string {
  const known = rows.flatMap(({ units }) => units ?? []);
  if (known.length === 0) return '–';
  return format.decimal(decimalOf(known.reduce((sum, units) => sum + parseDecimal(units), 0n)));
}
