import type { VNode } from 'preact';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../../../../warehouse/vocabulary/documents.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

interface IssuedDocument {
  readonly document_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly period: string;
  readonly file_name: string;
  readonly byte_size: number | null;
  readonly issued_at: string;
  readonly issued_by: string | null;
  readonly because: string | null;
  readonly deleted_at: string | null;
}

const STATEMENT_FORMATS = ['pdf', 'xlsx', 'csv', 'json'] as const;
const FILTERS = ['kind', 'period', 'subject'] as const;

/** Everything that a month has issued, the archive of its statements, and its journal. */
export const documents: Page = {
  path: '/months/:period/documents',
  permission: 'statements:export',
  async show(request) {
    const { api, words, locale, params } = request;
    const { documents: texts } = words.books;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const { is_closed } = await api.get<{ is_closed: boolean }>(`/periods/${period}`);
    const body = [
      html`<p><a href=${`/months/${period}`}>${words.finance.common.back(format.period(period))}</a></p>`,
      is_closed ? archives(request, period) : notice('plain', texts.notClosed),
      html`<h2>${texts.list}</h2>`,
      await listOf(request, { filter: { period }, path: `/months/${period}/documents` }),
    ];
    return { title: texts.title(format.period(period)), body };
  },
};

/** Everything that was ever issued, by kind, month or year, and whom it is about; also as one archive. */
export const allDocuments: Page = {
  path: '/documents',
  permission: 'statements:export',
  async show(request) {
    const { words, query, caller } = request;
    const { documents: texts } = words.issue;
    const filter = Object.fromEntries(FILTERS.flatMap((name) => (query[name] ? [[name, query[name].trim()]] : [])));
    const asked = new URLSearchParams(filter);
    const kinds = Object.keys(DOCUMENT_KINDS) as DocumentKind[];
    const body = [
      html`<form class="stack" method="get" role="search">
        <label>${words.books.documents.kind}<select name="kind"><option value="">${texts.anyKind}</option>${kinds.map(
          (kind) => html`<option value=${kind} selected=${kind === filter.kind}>${texts.kinds[kind] ?? kind}</option>`,
        )}</select></label>
        <label>${texts.period}<input name="period" pattern="\\d{4}(-\\d{2})?" maxlength="7" value=${filter.period ?? ''} /></label>
        <label>${texts.subject}<input name="subject" maxlength="200" value=${filter.subject ?? ''} /></label>
        <button class="second">${texts.show}</button>
      </form>`,
      ...(hasPermission(caller, 'statements:export') && asked.size > 0
        ? [html`<p><a href=${`/v1/documents.zip?${asked}`} download>${texts.zip} (ZIP)</a></p>`]
        : []),
      ...(hasPermission(caller, 'retention:hold') && asked.size > 0
        ? [html`<p><a href=${`/retention?${asked}#place`}>${words.retention.link}</a></p>`]
        : []),
      await listOf(request, { filter, path: `/documents?${asked}` }),
    ];
    return { title: texts.all, body };
  },
};

interface Asked {
  readonly filter: Readonly<Record<string, string>>;
  /** Of this page, with its filter. */
  readonly path: string;
}

async function listOf({ api, words, locale, query }: PageRequest, { filter, path }: Asked): Promise<VNode> {
  const { documents: texts } = words.books;
  const { common } = words.finance;
  const { kinds, issuedBy, because, none } = words.issue.documents;
  const format = formats(locale);
  const page = await api.get<Paged<IssuedDocument>>(
    fromCursor(`/documents?${new URLSearchParams(filter)}`, query.cursor),
  );
  const table = grid({
    caption: texts.list,
    isCaptionHidden: true,
    none,
    rows: page.data,
    columns: [
      {
        label: texts.file,
        cell: ({ document_id, file_name, deleted_at }) =>
          deleted_at !== null
            ? html`${file_name}<div class="soft">${texts.deleted(format.dateTime(deleted_at))}</div>`
            : html`<a href=${`/v1/documents/${encodeURIComponent(document_id)}`}>${file_name}</a>`,
      },
      { label: texts.kind, cell: ({ kind }) => kinds[kind] ?? kind },
      { label: common.month, cell: ({ period }) => (period.length === 7 ? format.period(period) : period) },
      { label: texts.subject, cell: ({ subject }) => subject },
      {
        label: texts.size,
        isNumber: true,
        cell: ({ byte_size }) => (byte_size === null ? '–' : format.count(byte_size)),
      },
      { label: common.at, cell: ({ issued_at }) => format.dateTime(issued_at) },
      { label: issuedBy, cell: ({ issued_by }) => nameOf(issued_by ?? '–') },
      { label: because, cell: (row) => row.because ?? '–' },
    ],
  });
  return html`${table}${nextPage({ cursor: page.next_cursor, path, label: common.next })}`;
}

/** Each link only for whoever may read what it leads to. */
function archives({ caller, words }: PageRequest, period: string) {
  const { documents: texts } = words.books;
  const links = [
    ...(hasPermission(caller, 'statements:export')
      ? STATEMENT_FORMATS.map((each) => [`${texts.archive}, ${each.toUpperCase()}`, `statements.zip?format=${each}`])
      : []),
  ];
  const more = [
    ...(hasPermission(caller, 'journals:read') ? [['journal', texts.journal]] : []),
    ...(hasPermission(caller, 'invoices:read') ? [['invoices', words.issue.invoices.list]] : []),
  ];
  return html`<ul>
    ${links.map(([label, path]) => html`<li><a href=${`/v1/periods/${period}/${path}`}>${label}</a></li>`)}
    ${more.map(([path, label]) => html`<li><a href=${`/months/${period}/${path}`}>${label}</a></li>`)}
  </ul>`;
}
