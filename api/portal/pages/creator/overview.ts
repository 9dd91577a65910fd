import type { VNode } from 'preact';
import type { StatementDocument } from '../../../../reports/statement/document.ts';
import { minorToDecimal, parseDecimal } from '../../../../warehouse/money.ts';
import { nextPeriod, type Period, parsePeriod } from '../../../../warehouse/period.ts';
import { chart } from '../../components/chart.ts';
import { amountAxis } from '../../components/chart-axis.ts';
import {
  type Balance,
  explainBalance,
  explainStanding,
  heldBack,
  isAboutAccount,
  type ListedStatement,
  type Payout,
  planningDays,
  STATE_TONES,
} from '../../components/creator-money.ts';
import { type CreatorRequest, creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { PageContent } from '../../page.ts';
import { allOf } from '../../page-reads.ts';
import { bestAssets } from './assets.ts';
import { downloads } from './statements.ts';

const MONTHS_SHOWN = 12;
const PAYOUTS_SHOWN = 5;
const ASSETS_SHOWN = 5;

interface Known {
  /** Oldest first. */
  readonly balances: readonly Balance[];
  /** Newest first. */
  readonly payouts: readonly Payout[];
  readonly statements: readonly ListedStatement[];
}

/** What a creator is owed, what is paid next, and what it earned. */
export const creatorOverview = creatorPage({ path: '', permission: 'statements:read', show: showOverview });

export async function showOverview(request: CreatorRequest): Promise<PageContent> {
  const { api, creator, words } = request;
  const id = encodeURIComponent(creator.creator_id);
  const known: Known = {
    balances: await allOf<Balance>(api, `/creators/${id}/balances`),
    payouts: (await api.get<{ data: Payout[] }>(`/creators/${id}/current-payouts?limit=${PAYOUTS_SHOWN}`)).data,
    statements: (await api.get<{ data: ListedStatement[] }>(`/statements?creator_id=${id}&limit=100`)).data,
  };
  const { data: waiting } = await api.get<{ data: unknown[] }>(`/creators/${id}/exceptions`);
  const { overview } = words.creator;
  const latest = latestByCurrency(known.balances);
  const body = html`${latest.length === 0 && notice('plain', overview.none)}
    ${await taxNotice(request, known)}
    <div class="cards">${latest.map((balance) => balanceCard(request, balance, known))}${nextPayout(request, known)}</div>
    ${await Promise.all(latest.map(({ currency }) => earnings(request, currency, known)))}
    ${await bestAssets(request, ASSETS_SHOWN)}
    <h2>${overview.payouts}</h2>
    ${known.payouts.length === 0 ? html`<p>${overview.noPayouts}</p>` : payoutList(request, known)}
    <p class="soft">${overview.when}</p>
    <h2>${overview.newest}</h2>
    ${newestStatement(request, known)}
    ${
      waiting.length > 0 &&
      html`<h2>${overview.touching}</h2><p><a href=${request.at('/assets#waiting')}>${words.creator.exceptions.title}: ${formats(request.locale).count(waiting.length)}</a></p>`
    }`;
  return { title: overview.title, body };
}

function latestByCurrency(balances: readonly Balance[]): Balance[] {
  return [...new Map(balances.map((balance) => [balance.currency, balance])).values()];
}

const isClosed = ({ period, currency }: Balance, { statements }: Known): boolean =>
  statements.some((statement) => statement.period === period && statement.currency === currency);

function balanceCard({ words, locale, at }: CreatorRequest, balance: Balance, known: Known): VNode {
  const { overview, todo } = words.creator;
  const { minor, period } = formats(locale);
  const { currency, closing_minor, payable_minor, held_minor } = balance;
  const month = period(balance.period);
  // Once there is a payout of the balance, it says more than what was decided at the closing.
  const payout = known.payouts.find(
    (each) => each.period === balance.period && each.currency === currency && each.state !== 'skipped',
  );
  return html`<section class="card">
    <h2>${overview.balanceIn(currency)}</h2>
    <div class="figure">${minor(closing_minor, currency)}</div>
    <p class="soft">${isClosed(balance, known) ? overview.atEnd(month) : overview.soFar(month)}</p>
    ${held_minor > 0n && html`<p>${heldBack(balance, locale)}</p>`}
    ${
      payout
        ? html`<p>${stateLabel(STATE_TONES[payout.state], words.creator.payouts.states[payout.state])} ${minor(payout.amount_minor, currency)}</p>
          <p>${explainStanding(payout, { words, locale })}</p>`
        : html`${payable_minor > 0n && html`<p>${overview.payable(minor(payable_minor, currency))}</p>`}
          <p>${explainBalance(balance, locale)}</p>`
    }
    ${isAboutAccount(balance.payout_reason) && html`<p><a class="button" href=${at('/payout-account')}>${todo.account}</a></p>`}
  </section>`;
}

const PENDING: readonly string[] = ['planned', 'approved', 'held', 'sending'];

function nextPayout({ words, locale, at }: CreatorRequest, { payouts, balances, statements }: Known): VNode | false {
  const { overview, payouts: texts, todo } = words.creator;
  const { minor, period, date } = formats(locale);
  const pending = payouts.filter(({ state }) => PENDING.includes(state));
  const newest = balances.at(-1);
  if (newest === undefined) return false;
  const days = planningDays(expectedFor(parsePeriod(newest.period), statements));
  return html`<section class="card">
    <h2>${overview.next}</h2>
    ${pending.map(
      (payout) => html`<div class="figure">${minor(payout.amount_minor, payout.currency)}</div>
        <p>${overview.nextOf(period(payout.period))} ${stateLabel(STATE_TONES[payout.state], texts.states[payout.state])}</p>
        <p>${explainStanding(payout, { words, locale })}</p>
        ${isAboutAccount(payout.reason) && html`<p><a class="button" href=${at('/payout-account')}>${todo.account}</a></p>`}`,
    )}
    ${pending.length === 0 && html`<p>${overview.expected(date(days[0]), date(days[1]))}</p>`}
  </section>`;
}

/** The month whose balance is paid next: the newest one, or the one after it if its statement is out and nothing is pending. */
function expectedFor(newest: Period, statements: readonly ListedStatement[]): Period {
  return statements.some(({ period }) => period === newest) ? nextPeriod(newest) : newest;
}

async function earnings(request: CreatorRequest, currency: string, known: Known): Promise<VNode> {
  const { words, locale } = request;
  const { overview, month } = words.creator;
  const { minor, month: shortMonth, period } = formats(locale);
  const months = known.balances.filter((balance) => balance.currency === currency).slice(-MONTHS_SHOWN);
  const netOf = ({ earnings_minor, refunds_minor, adjustments_minor }: Balance): bigint =>
    earnings_minor - refunds_minor + adjustments_minor;
  const points = months.map((balance) => ({
    ...{ label: shortMonth(balance.period), text: minor(netOf(balance), currency) },
    nanos: parseDecimal(minorToDecimal(netOf(balance), currency)),
  }));
  const title = overview.earnings(currency);
  return html`<h2>${title}</h2>
    ${months.length > 1 && (await chart({ kind: 'bar', title, points, axis: amountAxis(locale, currency) }))}
    ${grid({
      ...{ caption: title, isCaptionHidden: true, isStacked: true, none: '', rows: months.toReversed() },
      columns: [
        {
          label: month,
          cell: (row) => html`${period(row.period)} ${!isClosed(row, known) && overview.openMonth}`,
        },
        { label: overview.earned, isNumber: true, cell: (row) => minor(row.earnings_minor, currency) },
        { label: overview.refunds, isNumber: true, cell: (row) => minor(-row.refunds_minor, currency) },
        { label: overview.adjustments, isNumber: true, cell: (row) => minor(row.adjustments_minor, currency) },
        { label: overview.net, isNumber: true, cell: (row) => minor(netOf(row), currency) },
      ],
    })}`;
}

function payoutList({ words, locale, at }: CreatorRequest, { payouts, balances }: Known): VNode {
  const { creator: texts } = words;
  const { minor, period, dateTime } = formats(locale);
  const balanceOf = (payout: Payout): Balance | undefined =>
    balances.find((each) => each.period === payout.period && each.currency === payout.currency);
  return html`${grid({
    ...{ caption: texts.overview.payouts, isCaptionHidden: true, isStacked: true, none: '', rows: payouts },
    columns: [
      {
        label: texts.payouts.for,
        cell: (row) => html`<a href=${at(`/payouts/${encodeURIComponent(row.payout_id)}`)}>${period(row.period)}</a>`,
      },
      { label: texts.amount, isNumber: true, cell: (row) => minor(row.amount_minor, row.currency) },
      {
        label: texts.state,
        cell: ({ state }) => stateLabel(STATE_TONES[state], texts.payouts.states[state]),
      },
      { label: texts.payouts.changed, cell: ({ changed_at }) => dateTime(changed_at) },
      {
        label: texts.payouts.why,
        cell: (row) => explainStanding(row, { words, locale, balance: balanceOf(row) }),
      },
    ],
  })}
  <p><a href=${at('/payouts')}>${texts.all}</a></p>`;
}

function newestStatement({ words, locale, at }: CreatorRequest, { statements }: Known): VNode {
  const { overview, statements: texts } = words.creator;
  const [first] = statements;
  if (first === undefined) return html`<p>${overview.noStatement}</p>`;
  const ofMonth = statements.filter(({ period }) => period === first.period);
  return html`<ul>${ofMonth.map(
    ({ statement_id, period, currency }) =>
      html`<li><a href=${at(`/statements/${statement_id}`)}>${texts.open(formats(locale).period(period), currency)}</a>: ${downloads(statement_id)}</li>`,
  )}</ul>
  <p><a href=${at('/statements')}>${words.creator.all}</a></p>`;
}

/** Whether a form is missing, by the newest statement: opening the forms themselves is logged. */
async function taxNotice({ api, words, at }: CreatorRequest, { statements }: Known): Promise<VNode | false> {
  const [newest] = statements;
  if (newest === undefined) return false;
  const { tax, period } = await api.get<StatementDocument>(`/statements/${newest.statement_id}`);
  const isAssumed = tax.some((of) => of.status_basis === 'assumed' && of.credited_on.slice(0, 7) > period);
  if (!isAssumed) return false;
  const { todo } = words.creator;
  return notice('warn', html`${todo.taxMissing} <a href=${at('/tax')}>${todo.tax}</a>`);
}
