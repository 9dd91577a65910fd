import type { VNode } from 'preact';
import { decimalOf, parseDecimal } from '../../../../warehouse/money.ts';
import { chart } from '../../components/chart.ts';
import { amountAxis } from '../../components/chart-axis.ts';
import { type DeveloperRequest, daysIn, developerPage, eachDay } from '../../components/developer-page.ts';
import { grid } from '../../components/grid.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Listed } from '../../page-reads.ts';

/** What was used or paid, as the API shows it: on a day, of an asset, or both. */
export interface Spend {
  readonly spent_on: string | null;
  readonly spend_kind: 'metered' | 'one_time' | 'subscription' | 'refund' | null;
  readonly asset_id: string | null;
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

/** What a developer used and paid: a bar a day, the same as numbers, by asset, and line by line for who wants it. */
export const developerSpend = developerPage({
  path: '/spend',
  async show(request) {
    const { api, apiPath, words, at } = request;
    const { spend: texts, from, until, show } = words.developer;
    const days = daysIn(request);
    const spendBy = async (by: 'day' | 'asset' | 'line') =>
      (await api.get<Listed<Spend>>(`${apiPath}/spend?${new URLSearchParams({ ...days, by })}`)).data;
    const data = await spendBy('day');
    const hasLines = request.query.lines !== undefined;
    const body = html`<p>${texts.explain}</p>
      <form class="row" method="get">
        <label>${from}<input name="from" type="date" value=${days.from} required /></label>
        <label>${until}<input name="until" type="date" value=${days.until} required /></label>
        <button class="second">${show}</button>
      </form>
      ${
        data.length === 0
          ? html`<p>${texts.none}</p>`
          : html`${await Promise.all(byCurrency(data).map(([currency, rows]) => ofDays(request, { currency, rows, days: eachDay(days) })))}
            <h2>${texts.byAsset}</h2>${ofAssets(request, await spendBy('asset'))}
            <h2>${texts.lines}</h2>${
              hasLines
                ? lines(request, await spendBy('line'))
                : html`<p><a href=${at(`/spend?${new URLSearchParams({ ...days, lines: 'on' })}`)}>${texts.showLines}</a></p>`
            }`
      }`;
    return { title: texts.title, body };
  },
});

/** The sum of what has a price, exact. */
export const sumOf = (rows: readonly Spend[]): bigint =>
  rows.reduce((sum, { amount }) => sum + (amount === null ? 0n : parseDecimal(amount)), 0n);

/** What has a price, by currency. */
export const byCurrency = (data: readonly Spend[]): [string, Spend[]][] =>
  [...Map.groupBy(data, ({ currency }) => currency)].filter(([currency]) => currency !== '').sort();

interface OfCurrency {
  readonly currency: string;
  readonly rows: readonly Spend[];
  readonly days: readonly string[];
}

async function ofDays({ words, locale, at }: DeveloperRequest, { currency, rows, days }: OfCurrency): Promise<VNode> {
  const { spend: texts } = words.developer;
  const { rounded, date, day: dayAndMonth, count } = formats(locale);
  const byDay = new Map(rows.map((row) => [row.spent_on, sumOf([row])]));
  const points = days.map((day) => {
    const nanos = byDay.get(day) ?? 0n;
    return { label: dayAndMonth(day), text: rounded(decimalOf(nanos), currency), nanos };
  });
  const title = texts.chart(currency);
  return html`<h2>${title}</h2>
    ${days.length > 1 && (await chart({ kind: 'bar', title, points, axis: amountAxis(locale, currency) }))}
    ${grid({
      ...{ caption: texts.byDay(currency), isCaptionHidden: true, none: texts.none, rows },
      columns: [
        {
          label: texts.day,
          cell: ({ spent_on: day }) => html`<a href=${at(`/spend?from=${day}&until=${day}`)}>${date(day ?? '')}</a>`,
        },
        { label: texts.count, isNumber: true, cell: ({ event_count }) => count(event_count) },
        { label: texts.amount, isNumber: true, cell: (row) => rounded(row.amount ?? '0', currency) },
      ],
      sums: [
        texts.sum,
        count(rows.reduce((sum, { event_count }) => sum + event_count, 0)),
        rounded(decimalOf(sumOf(rows)), currency),
      ],
    })}`;
}

const titled = ({ asset_id, asset_title }: Spend): VNode =>
  html`${asset_title ?? (asset_id || '–')}${asset_title !== null && html`<div class="soft"><code>${asset_id}</code></div>`}`;

function ofAssets({ words, locale }: DeveloperRequest, data: readonly Spend[]): VNode {
  const { spend: texts, asset } = words.developer;
  const format = formats(locale);
  const { count } = format;
  const groups = data.toSorted((a, b) => {
    const [one, other] = [sumOf([a]), sumOf([b])];
    return one === other ? 0 : one > other ? -1 : 1;
  });
  const table = grid({
    ...{ caption: texts.byAsset, isCaptionHidden: true, isStacked: true, none: texts.none },
    rows: groups.slice(0, MOST_ROWS),
    columns: [
      { label: asset, cell: titled },
      { label: texts.kind, cell: (row) => kindOf(row, texts) },
      { label: texts.count, isNumber: true, cell: ({ event_count }) => count(event_count) },
      { label: texts.units, isNumber: true, cell: (row) => unitsOf(row, format) },
      {
        label: texts.amount,
        isNumber: true,
        cell: (row) =>
          html`${row.amount === null ? '–' : format.rounded(row.amount, row.currency)}${row.unpriced_count > 0 && html`<div class="soft">${texts.unpriced(count(row.unpriced_count))}</div>`}`,
      },
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
      { label: texts.day, cell: ({ spent_on }) => date(spent_on ?? '') },
      { label: asset, cell: titled },
      { label: texts.kind, cell: (row) => kindOf(row, texts) },
      { label: texts.count, isNumber: true, cell: ({ event_count }) => count(event_count) },
      { label: texts.units, isNumber: true, cell: (row) => unitsOf(row, format) },
      { label: texts.amount, isNumber: true, cell: (row) => moneyOf(row, format) },
      {
        label: texts.tax,
        isNumber: true,
        cell: (row) => (row.tax_amount === null ? '–' : amount(row.tax_amount, row.currency)),
      },
    ],
  });
  return html`${restOf(data.length, { texts, count })}${table}`;
}

const kindOf = ({ spend_kind }: Spend, { kinds }: DeveloperRequest['words']['developer']['spend']): string =>
  spend_kind === null ? '–' : kinds[spend_kind];

const moneyOf = ({ amount, currency }: Spend, format: Formats): string =>
  amount === null ? '–' : format.amount(amount, currency);

const unitsOf = ({ units }: Spend, format: Formats): string => (units === null ? '–' : format.decimal(units));
