import { grid, nextPage } from '../../components/grid.ts';
import { stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page, PageRequest } from '../../page.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

interface Act {
  readonly done_at: string;
  readonly done_by: string;
  readonly actor_id: string;
  readonly act: string;
  readonly subject: string;
  readonly status: number;
  readonly address: string | null;
}

const FILTERS = ['actor_id', 'act', 'subject', 'from', 'until'] as const;

/** What was done, or refused, by whom: searched, and exported as CSV. */
export const audit: Page = {
  path: '/audit',
  permission: 'audit:read',
  async show(request) {
    const { api, words, locale, query } = request;
    const { audit: texts } = words.books;
    const { log } = words.ledger;
    const { common } = words.finance;
    const { dateTime } = formats(locale);
    const filter = new URLSearchParams(
      FILTERS.flatMap((name) => (query[name]?.trim() ? [[name, query[name].trim()]] : [])),
    );
    const { data, next_cursor } = await api.get<Paged<Act>>(fromCursor(`/audit-log?${filter}`, query.cursor));
    const table = grid({
      caption: texts.title,
      isCaptionHidden: true,
      none: texts.none,
      rows: data,
      columns: [
        { label: common.at, cell: ({ done_at }) => dateTime(done_at) },
        {
          label: common.by,
          cell: ({ done_by, actor_id }) =>
            actor_id === ''
              ? nameOf(done_by)
              : html`<a href=${`/audit?actor_id=${encodeURIComponent(actor_id)}`} aria-label=${`${nameOf(done_by)}: ${log.only}`}>${nameOf(done_by)}</a>`,
        },
        { label: texts.act, cell: ({ act }) => nameOfAct(act, words.acts) },
        { label: texts.subject, cell: ({ subject }) => html`<code>${subject}</code>` },
        {
          label: texts.status,
          cell: ({ status }) => html`${status} ${status >= 400 && stateLabel('warn', log.refused)}`,
        },
        { label: texts.from, cell: ({ address }) => address ?? '–' },
      ],
    });
    const body = [
      html`<p>${texts.explain}</p>${filterForm(request)}
        <p><a href=${`/v1/audit-log.csv?${filter}`} download>${log.export}</a></p>`,
      html`${table}${nextPage({ cursor: next_cursor, path: `/audit?${filter}`, label: common.next })}`,
    ];
    return { title: texts.title, body };
  },
};

/** The act as it is searched for stands below what it says. */
function nameOfAct(act: string, { of, page }: PageRequest['words']['acts']) {
  const said = act.startsWith('page /') ? page : of[act];
  return said === undefined ? act : html`${said}<div class="soft"><code>${act}</code></div>`;
}

function filterForm({ words, query }: PageRequest) {
  const { log } = words.ledger;
  return html`<form class="row" method="get" role="search" aria-label=${log.filter}>
    <label>${log.actor}<input name="actor_id" maxlength="100" value=${query.actor_id ?? ''} /></label>
    <label>${log.act}<input name="act" maxlength="100" value=${query.act ?? ''} /></label>
    <label>${log.subject}<input name="subject" maxlength="100" value=${query.subject ?? ''} /></label>
    <label>${log.from}<input name="from" type="date" value=${query.from ?? ''} /></label>
    <label>${log.until}<input name="until" type="date" value=${query.until ?? ''} /></label>
    <button class="second">${log.show}</button>
  </form>`;
}
