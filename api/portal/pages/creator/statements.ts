import type { VNode } from 'preact';
import { allOf, type ListedStatement } from '../../components/creator-money.ts';
import { creatorPage } from '../../components/creator-page.ts';
import { dataTable } from '../../components/data-table.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

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
    const table = dataTable({
      ...{ caption: texts.explain, isStacked: true },
      columns: [{ label: words.creator.month }, { label: texts.issued }, { label: texts.files }],
      rows: statements.map((statement) => [
        html`<a href=${at(`/statements/${statement.statement_id}`)}>${period(statement.period)}, ${statement.currency}</a>`,
        dateTime(statement.issued_at),
        downloads(statement.statement_id),
      ]),
    });
    return { title: texts.title, body: statements.length === 0 ? html`<p>${texts.none}</p>` : table };
  },
});
