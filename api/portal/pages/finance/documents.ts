import { MAPPED_FORMATS } from '../../../../reports/journal/render.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import { hasPermission } from '../../../auth/permissions.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Page, PageRequest } from '../../page.ts';

interface Listed {
  readonly data: readonly {
    readonly document_id: string;
    readonly kind: string;
    readonly subject: string;
    readonly file_name: string;
    readonly byte_size: number | null;
    readonly issued_at: string;
  }[];
  readonly next_cursor: string | null;
}

const STATEMENT_FORMATS = ['pdf', 'xlsx', 'csv', 'json'] as const;

/** Everything that a month has issued, the archive of its statements, and its journal. */
export const documents: Page = {
  path: '/months/:period/documents',
  permission: 'documents:read',
  async show(request) {
    const { api, words, locale, params, query } = request;
    const { documents: texts } = words.books;
    const { common } = words.finance;
    const period = parsePeriod(params.period ?? '');
    const format = formats(locale);
    const cursor = query.cursor ? `&cursor=${encodeURIComponent(query.cursor)}` : '';
    const page = await api.get<Listed>(`/documents?period=${period}${cursor}`);
    const { is_closed } = await api.get<{ is_closed: boolean }>(`/periods/${period}`);
    const body = [
      html`<p><a href=${`/months/${period}`}>${common.back(format.period(period))}</a></p>`,
      is_closed ? archives(request, period) : notice('plain', texts.notClosed),
      html`<h2>${texts.list}</h2>`,
      grid({
        caption: texts.list,
        isCaptionHidden: true,
        none: texts.none,
        rows: page.data,
        columns: [
          {
            label: texts.file,
            cell: (row) => html`<a href=${`/v1/documents/${encodeURIComponent(row.document_id)}`}>${row.file_name}</a>`,
          },
          { label: texts.kind, cell: ({ kind }) => kind },
          { label: texts.subject, cell: ({ subject }) => subject },
          {
            label: texts.size,
            isNumber: true,
            cell: ({ byte_size }) => (byte_size === null ? '–' : format.count(byte_size)),
          },
          { label: common.at, cell: ({ issued_at }) => format.dateTime(issued_at) },
        ],
      }),
      html`${nextPage({ cursor: page.next_cursor, path: `/months/${period}/documents`, label: common.next })}`,
    ];
    return { title: texts.title(format.period(period)), body };
  },
};

/** Each link only for whoever may read what it leads to. */
function archives({ caller, words }: PageRequest, period: string) {
  const { documents: texts } = words.books;
  const links = [
    ...(hasPermission(caller, 'statements:export')
      ? STATEMENT_FORMATS.map((each) => [`${texts.archive}, ${each.toUpperCase()}`, `statements.zip?format=${each}`])
      : []),
    ...(hasPermission(caller, 'journals:read')
      ? [
          [`${texts.journal}: ${texts.journalExact}, CSV`, 'journal?format=csv'],
          [`${texts.journal}: ${texts.journalTotals}, JSON`, 'journal?format=json'],
          ...MAPPED_FORMATS.map((each) => [`${texts.journal}: ${each.toUpperCase()}`, `journal?format=${each}`]),
        ]
      : []),
  ];
  return html`<ul>${links.map(([label, path]) => html`<li><a href=${`/v1/periods/${period}/${path}`}>${label}</a></li>`)}</ul>`;
}
