import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page } from '../../page.ts';

interface Act {
  readonly done_at: string;
  readonly done_by: string;
  readonly act: string;
  readonly subject: string;
  readonly status: number;
  readonly address: string | null;
}

/** What was done, or refused, by whom. */
export const audit: Page = {
  path: '/audit',
  permission: 'audit:read',
  async show({ api, words, locale, query }) {
    const { audit: texts } = words.books;
    const { common } = words.finance;
    const { dateTime } = formats(locale);
    const cursor = query.cursor ? `?cursor=${encodeURIComponent(query.cursor)}` : '';
    const { data, next_cursor } = await api.get<{ data: Act[]; next_cursor: string | null }>(`/audit-log${cursor}`);
    const table = grid({
      caption: texts.title,
      none: texts.none,
      rows: data,
      columns: [
        { label: common.at, cell: ({ done_at }) => dateTime(done_at) },
        { label: common.by, cell: ({ done_by }) => nameOf(done_by) },
        { label: texts.act, cell: ({ act }) => act },
        { label: texts.subject, cell: ({ subject }) => html`<code>${subject}</code>` },
        { label: texts.status, isNumber: true, cell: ({ status }) => status },
        { label: texts.from, cell: ({ address }) => address ?? '–' },
      ],
    });
    const more = nextPage({ cursor: next_cursor, path: '/audit', label: common.next });
    return { title: texts.title, body: html`<p>${texts.explain}</p>${table}${more}` };
  },
};
