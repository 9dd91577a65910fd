import type { VNode } from 'preact';
import type { Caller } from '../../auth/caller.ts';
import { hasPermission } from '../../auth/permissions.ts';
import { chart } from '../components/chart.ts';
import { type CardRow, figureTexts, type ShownCard, withZeroMonths } from '../components/figures.ts';
import { type Column, grid } from '../components/grid.ts';
import { formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Words } from '../words.ts';

type DashboardName = keyof Words['dashboards']['dashboardsOf'];

interface Shown {
  readonly dashboard: DashboardName;
  readonly from: string | null;
  readonly to: string | null;
  readonly currency: string | null;
  readonly periods: readonly string[];
  readonly currencies: readonly string[];
  readonly read_at: string;
  readonly closed_period: string | null;
  readonly seal: string | null;
  readonly cards: readonly ShownCard[];
}

/** All dashboards. */
export const dashboards: Page = {
  path: '/dashboards',
  permission: 'dashboards:read',
  async show({ api, words }) {
    const texts = words.dashboards;
    const { data } = await api.get<{ data: { dashboard: DashboardName }[] }>('/dashboards');
    const listed = data.map(({ dashboard }) => {
      const { title, meaning } = texts.dashboardsOf[dashboard];
      return html`<section class="card"><h2><a href=${`/dashboards/${dashboard}`}>${title}</a></h2><p>${meaning}</p></section>`;
    });
    return { title: texts.title, body: html`<p>${texts.explain}</p><div class="cards">${listed}</div>` };
  },
};

/** One dashboard: its cards as charts, each with its numbers as a table beside it. */
export const dashboard: Page = {
  path: '/dashboards/:dashboard',
  permission: 'dashboards:read',
  async show(request) {
    const { api, words, params, query } = request;
    const texts = words.dashboards;
    const given = Object.entries(query).filter(([name, value]) => FILTERS.includes(name) && value !== '');
    const filters = new URLSearchParams(given).toString();
    const shown = await api.get<Shown>(`/dashboards/${encodeURIComponent(params.dashboard ?? '')}?${filters}`);
    const { title, meaning } = texts.dashboardsOf[shown.dashboard];
    const sections = shown.cards.map((card) =>
      sectionOf(request, { card: withZeroMonths(card, knownMonths(shown)), shown }),
    );
    const body = [
      html`<p>${meaning}</p><p><a href="/dashboards">${texts.title}</a></p>`,
      filterForm(request, shown),
      html`<div class="dashboard">${await Promise.all(sections)}</div>`,
      statusOf(request, shown),
    ];
    return { title, body };
  },
};

/** What the figures are of, as publications in BI tools say it. */
function statusOf({ words, locale }: PageRequest, { read_at, closed_period, seal }: Shown): VNode {
  const { asOf, closed, open } = words.dashboards;
  const { dateTime, period } = formats(locale);
  return html`<p class="soft">${asOf(dateTime(read_at))} ${
    closed_period === null ? open : html`${closed(period(closed_period))} <code>${seal}</code>`
  }</p>`;
}

const FILTERS = ['from', 'to', 'currency'];

function filterForm({ words, locale, path }: PageRequest, { periods, currencies, ...chosen }: Shown): VNode {
  const texts = words.dashboards;
  const { period } = formats(locale);
  const field = (name: 'from' | 'to' | 'currency', choices: readonly string[], label: (choice: string) => string) =>
    html`<label>${texts[name]}<select name=${name}>${choices.map(
      (choice) => html`<option value=${choice} selected=${choice === chosen[name]}>${label(choice)}</option>`,
    )}</select></label>`;
  return html`<form class="row" method="get" action=${path}>
    ${field('from', withChosen(periods, chosen.from), period)}${field('to', withChosen(periods, chosen.to), period)}
    ${field('currency', withChosen(currencies, chosen.currency), (currency) => currency)}<button>${texts.show}</button>
  </form>`;
}

/** The months that are shown, without those before and after all that is known. */
function knownMonths({ from, to, periods }: Shown): { readonly from: string | null; readonly to: string | null } {
  const [latest = null, earliest = null] = [periods[0], periods.at(-1)];
  return {
    from: from && earliest && from > earliest ? from : earliest,
    to: to && latest && to < latest ? to : latest,
  };
}

/** Without it the form would show another value than the page. */
const withChosen = (choices: readonly string[], chosen: string | null): readonly string[] =>
  chosen === null || choices.includes(chosen) ? choices : [chosen, ...choices];

async function sectionOf(request: PageRequest, { card, shown }: { card: ShownCard; shown: Shown }): Promise<VNode> {
  const { words, locale } = request;
  const { cards, none, numbers, of, latest } = words.dashboards;
  const { title, meaning } = cards[card.card];
  const { period } = formats(locale);
  const isOfMonth = card.chart === 'table' && card.along !== 'period';
  const rows = isOfMonth ? card.rows.filter((row) => row.period === shown.to) : card.rows;
  const name = isOfMonth && shown.to !== null ? of(title, period(shown.to)) : title;
  const head = html`<h2>${name}</h2><p class="soft">${meaning}</p>`;
  if (rows.length === 0) return html`<section>${head}<p>${none}</p></section>`;
  const columns = columnsOf(request, { card, isOfMonth });
  const numbersOf = grid({ caption: name, isCaptionHidden: true, none, rows, columns });
  if (card.chart === 'table') return html`<section class="wide">${head}${numbersOf}</section>`;
  const texts = figureTexts(request, card.unit);
  const last = card.along === 'period' ? rows.at(-1) : undefined;
  return html`<section>${head}
    ${last && html`<p class="figure">${latest(texts.headline(last, card.value), period(last.period ?? ''))}</p>`}
    ${await chart({ kind: card.chart, title: name, points: texts.points(card), axis: texts.axis(card) })}
    <details><summary>${numbers}<span class="unseen">: ${name}</span></summary>${numbersOf}</details>
  </section>`;
}

/** The columns of a card without what is the same in all rows: the currency, which its amounts have, and the month of a table of one. */
function columnsOf(
  { words, locale, caller }: PageRequest,
  { card, isOfMonth }: { card: ShownCard; isOfMonth: boolean },
): readonly Column<CardRow>[] {
  const { columns: labels } = words.dashboards;
  const hidesMonth = isOfMonth || card.along === 'journal_on';
  const shown = card.columns.filter((column) => column !== 'currency' && !(column === 'period' && hidesMonth));
  const { cell } = figureTexts({ words, locale }, card.unit);
  const link = card.link !== null && mayFollow(caller, card.link) ? card.link : undefined;
  return shown.map((column, at) => ({
    label: labels[column],
    isNumber: /(^|_)(amount|count|value)$/.test(column),
    cell: (row) => {
      const text = cell(row, column);
      return at === 0 && link ? html`<a href=${addressOf(link, row)}>${text}</a>` : text;
    },
  }));
}

const addressOf = (link: string, row: CardRow): string =>
  link.replace(/\{(\w+)\}/g, (_, column: string) => encodeURIComponent(row[column] ?? ''));

const mayFollow = (caller: Caller, link: string): boolean =>
  hasPermission(caller, link.startsWith('/creators') ? 'creators:list' : 'runs:read');
