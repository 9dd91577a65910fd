import type { VNode } from 'preact';
import type { balances } from '../../../../transforms/marts/balances.ts';
import type { payouts } from '../../../../transforms/marts/payouts.ts';
import type { ExceptionReason } from '../../../../warehouse/vocabulary/exceptions.ts';
import type { Row } from '../../../../warehouse/vocabulary/tables.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { countryName } from '../../components/country-options.ts';
import type { Payout } from '../../components/creator-money.ts';
import type { Creator } from '../../components/creator-page.ts';
import { type Column, grid } from '../../components/grid.ts';
import { traceLink } from '../../components/links.ts';
import { meaningOf } from '../../components/meaning.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Page, PageRequest } from '../../page.ts';
import type { Listed } from '../../page-reads.ts';
import { downloads } from '../creator/statements.ts';
import { ACCOUNT_ACTS, accountSection } from './creator-account.ts';

interface AccountBalance {
  readonly account: string;
  readonly currency: string;
  readonly balance_amount: string;
  readonly posting_count: number;
}

interface Waiting {
  readonly period: string;
  readonly exception_reason: ExceptionReason;
  readonly fact_count: number;
}

/** The ledger of one creator: balances by month and account, payouts, what waits, statements, and where it is paid to. */
export const creator: Page = {
  path: '/creators/:creator_id',
  permission: 'creators:list',
  show: (request) => showCreator(request),
  acts: ACCOUNT_ACTS((request, above) => showCreator(request, above)),
};

async function showCreator(request: PageRequest, above: VNode | null = null) {
  const { words, params, caller } = request;
  const { creators: texts } = words.books;
  const format = formats(request.locale);
  const id = params.creator_id ?? '';
  const path = `/creators/${encodeURIComponent(id)}`;
  const known = await request.api.get<Creator>(path);
  const body = [
    html`${above}${headOf(request, known)}<h2>${texts.balances}</h2>`,
    await balancesOf(request, { path, format }),
    ...(await accountsOf(request, { path, format })),
    ...(await payoutsOf(request, { path, format })),
    await waitingOf(request, { path, format }),
    ...(hasPermission(caller, 'payout-accounts:read') ? [await accountSection(request, { known, format })] : []),
    ...(hasPermission(caller, 'statements:read') ? [await statementsOf(request, { id, format })] : []),
  ];
  return { title: known.creator_name ?? id, body };
}

function headOf({ words, locale, caller }: PageRequest, { creator_id, creator_name, country }: Creator): VNode {
  const { creator: texts } = words.ledger;
  const id = encodeURIComponent(creator_id);
  return html`${creator_name !== null && html`<p><code>${creator_id}</code></p>`}
    <dl class="facts">
      <dt>${texts.country}</dt><dd>${country === null ? '–' : countryName(country, locale)}</dd>
    </dl>
    <p class="row">
      <a href=${`/c/${id}`}>${texts.asSeen}</a>
      <a href=${`/creators/${id}/postings`}>${texts.postings}</a>
      ${hasPermission(caller, 'documents:read') && html`<a href=${`/documents?subject=${id}`}>${texts.documents}</a>`}
      ${hasPermission(caller, 'invoices:list') && html`<a href=${`/billing/${id}`}>${texts.billing}</a>`}
      ${hasPermission(caller, 'tax-profiles:read') && html`<a href=${`/c/${id}/tax`}>${words.finance.menu.tax}</a>`}
    </p>`;
}

interface Read {
  readonly path: string;
  readonly format: Formats;
}

async function balancesOf({ api, words }: PageRequest, { path, format }: Read): Promise<VNode> {
  const { data } = await api.get<Listed<Row<typeof balances>>>(`${path}/balances?limit=1000`);
  return grid({
    caption: words.books.creators.balances,
    isCaptionHidden: true,
    none: words.finance.common.none,
    rows: data.toReversed(),
    columns: balanceColumns(words, format),
  });
}

async function accountsOf({ api, words }: PageRequest, { path, format }: Read): Promise<readonly VNode[]> {
  const { creator: texts } = words.ledger;
  const { data } = await api.get<Listed<AccountBalance>>(`${path}/ledger-accounts`);
  return [
    html`<h2>${texts.accounts}</h2><p>${texts.accountsExplain}</p>`,
    grid({
      ...{ caption: texts.accounts, isStacked: true },
      isCaptionHidden: true,
      none: words.finance.common.none,
      rows: data,
      columns: [
        { label: texts.account, cell: ({ account }) => html`<code>${account}</code>` },
        { label: texts.count, isNumber: true, cell: ({ posting_count }) => format.count(posting_count) },
        { label: texts.balance, isNumber: true, cell: (row) => format.amount(row.balance_amount, row.currency) },
      ],
    }),
  ];
}

async function payoutsOf({ api, words }: PageRequest, { path, format }: Read): Promise<readonly VNode[]> {
  const { creators: texts } = words.books;
  const { common, payouts: said } = words.finance;
  const { creator: ledger } = words.ledger;
  const { data: current } = await api.get<Listed<Payout>>(`${path}/current-payouts?limit=100`);
  const { data: paid } = await api.get<Listed<Row<typeof payouts>>>(`${path}/payouts?limit=1000`);
  return [
    html`<h2>${ledger.current}</h2>`,
    grid({
      ...{ caption: ledger.current, isCaptionHidden: true, none: common.none, rows: current },
      columns: [
        {
          label: texts.earnedFor,
          cell: (row) => html`<a href=${`/months/${row.period}/payouts`}>${format.period(row.period)}</a>`,
        },
        { label: common.amount, isNumber: true, cell: (row) => format.minor(row.amount_minor, row.currency) },
        { label: common.state, cell: ({ state }) => said.lineStates[state] ?? state },
        {
          label: common.reason,
          cell: ({ reason }) =>
            reason === null ? '–' : meaningOf(words.meanings.unpaid, { code: reason, english: null }),
        },
        { label: said.which, cell: ({ payout_id }) => traceLink(payout_id) },
        { label: common.at, cell: ({ changed_at }) => format.dateTime(changed_at) },
      ],
    }),
    html`<h2>${texts.payouts}</h2>`,
    grid({
      ...{ caption: texts.payouts, isCaptionHidden: true, none: common.none, rows: paid.toReversed() },
      columns: [
        { label: texts.earnedFor, cell: ({ payout_period }) => format.period(payout_period) },
        { label: common.amount, isNumber: true, cell: ({ amount, currency }) => format.amount(amount, currency) },
        { label: texts.account, cell: ({ account_id_stripe }) => traceLink(account_id_stripe) },
        { label: texts.transfer, cell: ({ transfer_id_stripe }) => traceLink(transfer_id_stripe) },
        { label: common.at, cell: ({ occurred_at }) => format.dateTime(occurred_at) },
      ],
    }),
  ];
}

async function waitingOf({ api, words }: PageRequest, { path, format }: Read): Promise<VNode> {
  const { common } = words.finance;
  const { data } = await api.get<Listed<Waiting>>(`${path}/exceptions`);
  const href = ({ period, exception_reason }: Waiting): string =>
    `/months/${period}/exceptions?reason=${exception_reason}`;
  return html`<h2>${words.ledger.creator.waiting}</h2>${grid({
    caption: words.ledger.creator.waiting,
    isCaptionHidden: true,
    none: common.none,
    rows: data,
    columns: [
      {
        label: common.reason,
        cell: (row) => html`<a href=${href(row)}>${words.meanings.exceptions[row.exception_reason].meaning}</a>`,
      },
      { label: common.month, cell: ({ period }) => format.period(period) },
      { label: common.count, isNumber: true, cell: ({ fact_count }) => format.count(fact_count) },
    ],
  })}`;
}

async function statementsOf(
  { api, words }: PageRequest,
  { id, format }: { readonly id: string; readonly format: Formats },
): Promise<VNode> {
  const { creators: texts } = words.books;
  const { data } = await api.get<Listed<{ statement_id: string; period: string; currency: string }>>(
    `/statements?creator_id=${encodeURIComponent(id)}&limit=1000`,
  );
  const at = (statementId: string): string => `/c/${encodeURIComponent(id)}/statements/${statementId}`;
  return html`<h2>${texts.statements}</h2>${grid({
    caption: texts.statements,
    isCaptionHidden: true,
    none: words.finance.common.none,
    rows: data,
    columns: [
      {
        label: words.finance.common.month,
        cell: (row) => html`<a href=${at(row.statement_id)}>${format.period(row.period)}, ${row.currency}</a>`,
      },
      { label: words.creator.statements.files, cell: ({ statement_id }) => downloads(statement_id) },
    ],
  })}`;
}

function balanceColumns(words: PageRequest['words'], format: Formats): readonly Column<Row<typeof balances>>[] {
  const { creators: texts } = words.books;
  const column = (label: string, minorOf: (row: Row<typeof balances>) => bigint): Column<Row<typeof balances>> => ({
    ...{ label, isNumber: true },
    cell: (row) => format.minor(minorOf(row), row.currency),
  });
  return [
    {
      label: words.finance.common.month,
      cell: ({ period }) => html`<a href=${`/months/${period}`}>${format.period(period)}</a>`,
    },
    column(texts.opening, (row) => row.opening_minor),
    column(texts.earnings, (row) => row.earnings_minor),
    column(texts.refunds, (row) => -row.refunds_minor),
    column(texts.adjustments, (row) => row.adjustments_minor),
    column(texts.withheld, (row) => -row.withheld_minor),
    column(texts.paid, (row) => row.payout_reversals_minor - row.payouts_minor),
    column(texts.closing, (row) => row.closing_minor),
    column(texts.payable, (row) => row.payable_minor),
  ];
}
