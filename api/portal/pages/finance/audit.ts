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
  readonly change_count: number;
  /** Not more than a page can show. */
  readonly changes: readonly Change[];
}

/** SHA-256 of a row before and after, in hexadecimal; null where there was none. */
interface Change {
  readonly table_name: string;
  readonly row_key: string;
  readonly before_hash: string | null;
  readonly after_hash: string | null;
}

/** How many changes that no request has made are shown. */
const OTHERS_SHOWN = 20;

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
        { label: log.changed, cell: (act) => (act.change_count === 0 ? '–' : changesIn(request, act)) },
      ],
    });
    const body = [
      html`<p>${texts.explain}</p>${filterForm(request)}
        <p><a href=${`/v1/audit-log.csv?${filter}`} download>${log.export}</a></p>`,
      html`${table}${nextPage({ cursor: next_cursor, path: `/audit?${filter}`, label: common.next })}`,
      html`${filter.size === 0 && query.cursor === undefined && (await otherChanges(request))}`,
    ];
    return { title: texts.title, body };
  },
};

/** The act as it is searched for stands below what it says. */
function nameOfAct(act: string, { of, page }: PageRequest['words']['acts']) {
  const said = act.startsWith('page /') ? page : of[act];
  return said === undefined ? act : html`${said}<div class="soft"><code>${act}</code></div>`;
}

/** How many rows; opened, each that is listed with its hashes in full. */
function changesIn({ words: { ledger }, locale }: PageRequest, { change_count, changes }: Act) {
  const { count } = formats(locale);
  const rest = change_count - changes.length;
  return html`<details><summary>${ledger.log.rows(change_count, count(change_count))}</summary><ul>${changes.map(
    (each) => html`<li>${each.table_name} ${each.row_key}${hashes(each)}</li>`,
  )}${rest > 0 && html`<li>${ledger.log.more(count(rest))}</li>`}</ul></details>`;
}

const hashes = ({ before_hash, after_hash }: Change) =>
  html`<div><code>${before_hash ?? '–'}</code></div><div><code>${after_hash ?? '–'}</code></div>`;

/** What jobs of the schedule have changed, or somebody at the database. */
async function otherChanges({ api, words, locale }: PageRequest) {
  const { log } = words.ledger;
  const path = `/audit-changes?has_request=false&limit=${OTHERS_SHOWN}`;
  const { data } = await api.get<Paged<Change & { readonly changed_at: string }>>(path);
  if (data.length === 0) return false;
  const table = grid({
    ...{ caption: log.others, isCaptionHidden: true, none: '', rows: data },
    columns: [
      { label: words.finance.common.at, cell: ({ changed_at }) => formats(locale).dateTime(changed_at) },
      { label: log.row, cell: ({ table_name, row_key }) => html`${table_name} <code>${row_key}</code>` },
      { label: log.hashes, cell: hashes },
    ],
  });
  return html`<h2>${log.others}</h2><p>${log.othersExplain(formats(locale).count(OTHERS_SHOWN))}</p>${table}`;
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
