import type { postings as postingsMart } from '../../../../transforms/marts/postings.ts';
import type { Row } from '../../../../warehouse/vocabulary/tables.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { creatorLink, traceLink } from '../../components/links.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Page } from '../../page.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

/** The postings in the name of a creator, of one month or all. */
export const postings: Page = {
  path: '/creators/:creator_id/postings',
  permission: 'creators:list',
  async show({ api, words, locale, params, query }) {
    const { creator: texts } = words.ledger;
    const { common } = words.finance;
    const format = formats(locale);
    const id = params.creator_id ?? '';
    const { period = '' } = query;
    const filter = new URLSearchParams({ ...(period && { period }) });
    const page = await api.get<Paged<Row<typeof postingsMart>>>(
      fromCursor(`/creators/${encodeURIComponent(id)}/postings?${filter}`, query.cursor),
    );
    const own = `/creators/${encodeURIComponent(id)}/postings`;
    const body = [
      html`<p>${creatorLink(id)}</p>
        <form class="row" method="get">
          <label>${texts.month}<input name="period" pattern="\\d{4}-\\d{2}" maxlength="7" value=${period} /></label><button class="second">${texts.show}</button>
        </form>`,
      grid({
        caption: texts.postingsOf(id),
        isCaptionHidden: true,
        none: common.none,
        rows: page.data,
        columns: [
          { label: texts.journal, cell: ({ journal_id }) => traceLink(journal_id) },
          { label: common.month, cell: (row) => format.period(row.period) },
          { label: texts.day, cell: ({ journal_on }) => format.date(journal_on) },
          { label: texts.kind, cell: ({ journal_kind }) => journal_kind },
          { label: texts.account, cell: ({ account }) => html`<code>${account}</code>` },
          { label: texts.source, cell: ({ source_reference }) => traceLink(source_reference) },
          { label: common.amount, isNumber: true, cell: (row) => format.amount(row.posting_amount, row.currency) },
        ],
      }),
      html`${nextPage({ cursor: page.next_cursor, path: period ? `${own}?period=${encodeURIComponent(period)}` : own, label: common.next })}`,
    ];
    return { title: texts.postingsOf(id), body };
  },
};
