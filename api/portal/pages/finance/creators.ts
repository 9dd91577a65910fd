import type { balances } from '../../../../transforms/marts/balances.ts';
import type { payouts } from '../../../../transforms/marts/payouts.ts';
import type { Row } from '../../../../warehouse/vocabulary/tables.ts';
import { type Column, grid, nextPage } from '../../components/grid.ts';
import { type Formats, formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { creatorLink } from '../../month/payout-preview.ts';
import type { Page, PageRequest } from '../../page.ts';

interface Listed<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

/** All creators, and a field to open one by its id. */
export const creators: Page = {
  path: '/creators',
  permission: 'creators:list',
  async show({ api, words, query }) {
    const { creators: texts } = words.books;
    const { common } = words.finance;
    const cursor = query.cursor ? `?cursor=${encodeURIComponent(query.cursor)}` : '';
    const page = await api.get<Listed<{ creator_id: string; creator_name: string | null }>>(`/creators${cursor}`);
    const body = [
      html`<form class="row" method="post">
        <label>${texts.search}<input name="creator_id" required maxlength="255" /></label><button name="act" value="open">${texts.go}</button>
      </form>`,
      grid({
        caption: texts.title,
        none: texts.none,
        rows: page.data,
        columns: [
          { label: common.creator, cell: ({ creator_id }) => creatorLink(creator_id) },
          { label: texts.name, cell: ({ creator_name }) => creator_name },
        ],
      }),
      html`${nextPage({ cursor: page.next_cursor, path: '/creators', label: common.next })}`,
    ];
    return { title: texts.title, body };
  },
  acts: {
    async open(_request, { creator_id = '' }) {
      return `/creators/${encodeURIComponent(creator_id.trim())}`;
    },
  },
};

type Balance = Row<typeof balances>;

/** The ledger of one creator: balances, payouts and statements. */
export const creator: Page = {
  path: '/creators/:creator_id',
  permission: 'creators:list',
  async show({ api, words, locale, params }) {
    const { creators: texts } = words.books;
    const { common } = words.finance;
    const format = formats(locale);
    const id = params.creator_id ?? '';
    const path = `/creators/${encodeURIComponent(id)}`;
    const all = await api.get<Listed<Balance>>(`${path}/balances?limit=1000`);
    const paid = await api.get<Listed<Row<typeof payouts>>>(`${path}/payouts?limit=1000`);
    const issued = await api.get<Listed<{ statement_id: string; period: string; currency: string }>>(
      `/statements?creator_id=${encodeURIComponent(id)}`,
    );
    const body = [
      html`<h2>${texts.balances}</h2>`,
      grid({
        caption: texts.balances,
        isCaptionHidden: true,
        none: common.none,
        rows: all.data.toReversed(),
        columns: balanceColumns(words, format),
      }),
      html`<h2>${texts.payouts}</h2>`,
      grid({
        caption: texts.payouts,
        isCaptionHidden: true,
        none: common.none,
        rows: paid.data.toReversed(),
        columns: [
          { label: texts.earnedFor, cell: ({ payout_period }) => format.period(payout_period) },
          { label: common.amount, isNumber: true, cell: ({ amount, currency }) => format.amount(amount, currency) },
          { label: texts.account, cell: ({ account_id_stripe }) => html`<code>${account_id_stripe}</code>` },
          {
            label: texts.transfer,
            cell: ({ transfer_id_stripe }) =>
              html`<a href=${`/trace?id=${encodeURIComponent(transfer_id_stripe)}`}><code>${transfer_id_stripe}</code></a>`,
          },
          { label: common.at, cell: ({ occurred_at }) => format.dateTime(occurred_at) },
        ],
      }),
      html`<h2>${texts.statements}</h2><ul>${issued.data.map(
        ({ statement_id, period, currency }) =>
          html`<li><a href=${`/v1/statements/${statement_id}/pdf`}>${format.period(period)}, ${currency} (PDF)</a></li>`,
      )}</ul>`,
    ];
    return { title: id, body };
  },
};

function balanceColumns(words: PageRequest['words'], format: Formats): readonly Column<Balance>[] {
  const { creators: texts } = words.books;
  const column = (label: string, minorOf: (row: Balance) => bigint): Column<Balance> => ({
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
