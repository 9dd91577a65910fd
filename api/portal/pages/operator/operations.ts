import type { VNode } from 'preact';
import { grid } from '../../components/grid.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Page, PageRequest } from '../../page.ts';
import type { ListedJob } from './jobs.ts';

interface Store {
  readonly store: 'warehouse' | 'control' | 'documents' | 'spool';
  readonly obstacle: string | null;
  readonly size_bytes: number | null;
  readonly free_bytes: number | null;
}

interface Stores {
  readonly stores: readonly Store[];
  readonly last_loaded_at: string | null;
  readonly waiting: Readonly<
    Record<'spool_bytes' | 'outbox_events' | 'quarantined_events' | 'quarantined_segments', number> & {
      oldest_waiting_at: string | null;
    }
  >;
}

/** Whether everything works, what the stores have, and what waits. */
export const operations: Page = {
  path: '/operations',
  permission: 'stores:read',
  async show(request) {
    const { api, words } = request;
    const { operations: texts } = words.operator;
    const found = await api.get<Stores>('/stores');
    const { data: jobs } = await api.get<{ data: ListedJob[] }>('/jobs');
    const failed = jobs.filter(({ last_run }) => last_run?.state === 'failed');
    const body = html`${healthOf(request, { found, failed })}
      <h2>${texts.stores}</h2>
      ${storesTable(request, found.stores)}
      <h2>${texts.waiting}</h2>
      ${waitingList(request, found)}`;
    return { title: texts.title, body };
  },
};

function healthOf(
  { words }: PageRequest,
  { found, failed }: { found: Stores; failed: readonly ListedJob[] },
): VNode | VNode[] {
  const { operations: texts } = words.operator;
  const blocked = found.stores.filter(({ obstacle }) => obstacle !== null);
  if (blocked.length + failed.length === 0) return notice('good', texts.healthy);
  const obstacles = blocked.map(
    ({ store, obstacle }) => html`<li>${texts.names[store]}: <span lang="en">${obstacle}</span></li>`,
  );
  const runs = failed.map(
    ({ job, last_run }) =>
      html`<li><a href=${`/runs/${encodeURIComponent(last_run?.run_id ?? '')}`}>${job}</a>: <span lang="en">${last_run?.error}</span></li>`,
  );
  return [
    ...(obstacles.length > 0 ? [notice('bad', texts.obstacles, html`<ul>${obstacles}</ul>`)] : []),
    ...(runs.length > 0 ? [notice('warn', texts.failed, html`<ul>${runs}</ul>`)] : []),
  ];
}

function storesTable({ words, locale }: PageRequest, stores: readonly Store[]): VNode {
  const { operations: texts } = words.operator;
  const { bytes } = formats(locale);
  const state = ({ store, obstacle }: Store): VNode => {
    if (obstacle !== null) return stateLabel('bad', texts.unusable);
    return store === 'documents' ? stateLabel('plain', texts.untried) : stateLabel('good', texts.usable);
  };
  return grid({
    caption: texts.stores,
    isCaptionHidden: true,
    none: '',
    rows: stores,
    columns: [
      { label: texts.store, cell: ({ store }: Store) => texts.names[store] },
      { label: words.finance.common.state, cell: state },
      {
        ...{ label: texts.size, isNumber: true },
        cell: ({ size_bytes }) => (size_bytes === null ? texts.notKnown : bytes(size_bytes)),
      },
      {
        ...{ label: texts.free, isNumber: true },
        cell: ({ free_bytes }) => (free_bytes === null ? texts.notKnown : bytes(free_bytes)),
      },
    ],
  });
}

function waitingList({ words, locale }: PageRequest, { waiting, last_loaded_at }: Stores): VNode {
  const { operations: texts } = words.operator;
  const { bytes, count, dateTime } = formats(locale);
  const since = waiting.oldest_waiting_at === null ? '' : `, ${texts.since(dateTime(waiting.oldest_waiting_at))}`;
  return html`<dl class="facts">
    <dt>${texts.lastLoad}</dt><dd>${last_loaded_at === null ? texts.never : dateTime(last_loaded_at)}</dd>
    <dt>${texts.spool}</dt><dd>${bytes(waiting.spool_bytes)}${since}</dd>
    <dt>${texts.outbox}</dt><dd>${count(waiting.outbox_events)}</dd>
    <dt>${texts.quarantined}</dt><dd><a href="/quarantine">${count(waiting.quarantined_events)}</a></dd>
    <dt>${texts.segments}</dt><dd>${count(waiting.quarantined_segments)}</dd>
    <dt>${texts.backup}</dt><dd>${texts.backupUnknown}</dd>
  </dl>`;
}
