import type { VNode } from 'preact';
import type { ListedStatement } from '../../components/creator-money.ts';
import { creatorPage } from '../../components/creator-page.ts';
import { grid } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { allOf } from '../../page-reads.ts';

const FORMATS = ['pdf', 'xlsx', 'csv', 'json'] as const;

/** The files of a statement, by the routes of the API. */
export const downloads = (statementId: string): VNode =>
  html`<span class="row">${FORMATS.map(
    (format) => html`<a href=${`/v1/statements/${statementId}/${format}`} download>${format.toUpperCase()}</a>`,
  )}</span>`;

/** The issued statements of a creator. */
export const creatorStatements = creatorPage({
  path: '/statements',
  permission: 'statements:read',
  async show({ api, creator, words, locale, at }) {
    const { statements: texts } = words.creator;
    const id = encodeURIComponent(creator.creator_id);
    const statements = await allOf<ListedStatement>(api, `/statements?creator_id=${id}`);
    const { period, dateTime } = formats(locale);
    const body = grid({
      ...{ caption: texts.explain, isStacked: true, none: texts.none, rows: statements },
      columns: [
        {
          label: words.creator.month,
          cell: (each) =>
            html`<a href=${at(`/statements/${each.statement_id}`)}>${period(each.period)}, ${each.currency}</a>`,
        },
        { label: texts.issued, cell: ({ issued_at }) => dateTime(issued_at) },
        { label: texts.files, cell: ({ statement_id }) => downloads(statement_id) },
      ],
    });
    return { title: texts.title, body };
  },
});
