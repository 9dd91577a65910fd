import { creatorPage } from '../../components/creator-page.ts';
import { dataTable } from '../../components/data-table.ts';
import { nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';

interface IssuedDocument {
  readonly document_id: string;
  /** What the formats of a document have in common. */
  readonly content_id: string;
  readonly kind: string;
  readonly period: string;
  readonly currency: string | null;
  readonly format: string;
  readonly issued_at: string;
  readonly supersedes: string | null;
}

/** Everything that was issued to a creator. */
export const creatorDocuments = creatorPage({
  path: '/documents',
  permission: 'documents:read',
  async show({ api, creator, words, locale, query, path }) {
    const { documents: texts } = words.creator;
    const filter = new URLSearchParams({ subject: creator.creator_id, ...(query.cursor && { cursor: query.cursor }) });
    const { data, next_cursor } = await api.get<{ data: IssuedDocument[]; next_cursor: string | null }>(
      `/documents?${filter}`,
    );
    const { dateTime, period } = formats(locale);
    const table = dataTable({
      ...{ caption: texts.explain, isStacked: true },
      columns: [texts.kind, texts.period, texts.issued, texts.file].map((label) => ({ label })),
      rows: [...Map.groupBy(data, ({ content_id }) => content_id).values()].flatMap((files) =>
        files
          .slice(0, 1)
          .map((each) => [
            html`${texts.kinds[each.kind] ?? each.kind}${each.currency && `, ${each.currency}`}${each.supersedes !== null && html`<div class="soft">${texts.supersedes}</div>`}`,
            /^\d{4}-\d\d$/.test(each.period) ? period(each.period) : each.period,
            dateTime(each.issued_at),
            html`<span class="row">${files.map(
              ({ document_id, format }) =>
                html`<a href=${`/v1/documents/${encodeURIComponent(document_id)}`} download>${format.toUpperCase()}</a>`,
            )}</span>`,
          ]),
      ),
    });
    const body = html`${data.length === 0 ? html`<p>${texts.none}</p>` : table}
      ${nextPage({ cursor: next_cursor, path, label: texts.more })}`;
    return { title: texts.title, body };
  },
});
