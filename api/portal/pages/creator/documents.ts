import { creatorPage } from '../../components/creator-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

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
  readonly deleted_at: string | null;
}

/** Everything that was issued to a creator. */
export const creatorDocuments = creatorPage({
  path: '/documents',
  permission: 'statements:read',
  async show({ api, creator, words, locale, query, path }) {
    const { documents: texts } = words.creator;
    const filter = new URLSearchParams({ subject: creator.creator_id });
    const { data, next_cursor } = await api.get<Paged<IssuedDocument>>(
      fromCursor(`/documents?${filter}`, query.cursor),
    );
    const { dateTime, period } = formats(locale);
    const table = grid({
      ...{ caption: texts.explain, isStacked: true, none: texts.none },
      rows: [...Map.groupBy(data, ({ content_id }) => content_id).values()].flatMap((files) =>
        files.slice(0, 1).map((first) => ({ ...first, files })),
      ),
      columns: [
        {
          label: texts.kind,
          cell: ({ kind, currency, supersedes }) =>
            html`${texts.kinds[kind] ?? kind}${currency && `, ${currency}`}${supersedes !== null && html`<div class="soft">${texts.supersedes}</div>`}`,
        },
        {
          label: texts.period,
          cell: (row) => (/^\d{4}-\d\d$/.test(row.period) ? period(row.period) : row.period),
        },
        { label: texts.issued, cell: ({ issued_at }) => dateTime(issued_at) },
        {
          label: texts.file,
          cell: ({ files }) =>
            html`<span class="row">${files.map(({ document_id, format, deleted_at }) =>
              deleted_at !== null
                ? html`<span class="soft">${texts.deleted(format.toUpperCase())}</span>`
                : html`<a href=${`/v1/documents/${encodeURIComponent(document_id)}`} download>${format.toUpperCase()}</a>`,
            )}</span>`,
        },
      ],
    });
    const body = html`${table}
      ${nextPage({ cursor: next_cursor, path, label: texts.more })}`;
    return { title: texts.title, body };
  },
});
