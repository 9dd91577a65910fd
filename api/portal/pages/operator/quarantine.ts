import type { VNode } from 'preact';
import { codeBlock } from '../../components/code-block.ts';
import { grid } from '../../components/grid.ts';
import { notice, stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Form, Page, PageRequest } from '../../page.ts';

interface Group {
  readonly source_id: string;
  readonly event: string | null;
  readonly violation_path: string;
  readonly reason: string;
  readonly event_count: number;
  readonly last_received_at: string;
}

interface Waiting {
  readonly message_id: string;
  readonly source_id: string;
  readonly received_at: string;
  readonly is_about_money: boolean;
}

interface Quarantined extends Omit<Group, 'event_count' | 'last_received_at'>, Waiting {
  readonly violation: string;
  readonly message: string;
  readonly is_from_browser: boolean;
  readonly loaded_at: string;
  readonly landed_at: string | null;
}

/** What waits in the quarantine: by event and reason, or the events of one reason. */
export const quarantine: Page = {
  path: '/quarantine',
  permission: 'quarantine:read',
  async show(request) {
    const { words, query } = request;
    const { quarantine: texts } = words.operator;
    const body = html`<p>${texts.explain}</p>
      ${query.reason ? await ofReason(request, query.reason) : await allGroups(request)}`;
    return { title: texts.title, body };
  },
  acts: {
    async replay({ api }, { reason, event }: Form) {
      const options = { ...(reason && { reason }), ...(event && { event }) };
      const { run_id } = await api.send<{ run_id: string }>('POST', '/jobs/replay-rejected/runs', { options });
      return `/runs/${encodeURIComponent(run_id)}?done=started`;
    },
  },
};

async function allGroups({ api, words, locale }: PageRequest): Promise<VNode> {
  const { quarantine: texts } = words.operator;
  const { count, dateTime } = formats(locale);
  const { data } = await api.get<{ data: Group[] }>('/quarantine');
  const table = grid({
    caption: texts.title,
    isCaptionHidden: true,
    none: texts.none,
    rows: data,
    columns: [
      {
        label: texts.event,
        cell: ({ event, reason }: Group) =>
          html`<a href=${`/quarantine?${new URLSearchParams({ reason, event: event ?? '' })}`}>${event ?? texts.unnamed}</a>`,
      },
      { label: texts.reason, cell: ({ reason }) => html`<span lang="en">${reason}</span>` },
      { label: texts.place, cell: ({ violation_path }) => placeOf(violation_path, texts.whole) },
      { label: texts.source, cell: ({ source_id }) => source_id },
      { label: texts.count, isNumber: true, cell: ({ event_count }) => count(event_count) },
      { label: texts.last, cell: ({ last_received_at }) => dateTime(last_received_at) },
    ],
  });
  const replay = html`<form method="post"><button class="second" name="act" value="replay">${texts.replayAll}</button></form>`;
  return html`${table}${data.length > 0 && replay}`;
}

async function ofReason({ api, words, locale, query }: PageRequest, reason: string): Promise<VNode> {
  const { quarantine: texts } = words.operator;
  const { dateTime } = formats(locale);
  const event = query.event ?? '';
  const { data, has_more } = await api.get<{ data: Waiting[]; has_more: boolean }>(
    `/quarantine/events?${new URLSearchParams({ reason, event })}`,
  );
  const table = grid({
    caption: texts.open,
    isCaptionHidden: true,
    none: texts.none,
    rows: data,
    columns: [
      {
        label: texts.event,
        cell: ({ message_id }: Waiting) =>
          html`<a href=${`/quarantine/${encodeURIComponent(message_id)}`}><code>${message_id}</code></a>`,
      },
      { label: texts.source, cell: ({ source_id }) => source_id },
      { label: texts.received, cell: ({ received_at }) => dateTime(received_at) },
      {
        label: words.finance.common.state,
        cell: ({ is_about_money }) => (is_about_money ? stateLabel('warn', texts.money) : '–'),
      },
    ],
  });
  return html`<h2>${texts.open}</h2>
    <p>${event || texts.unnamed}: <span lang="en">${reason}</span></p>
    ${table}
    ${has_more && html`<p class="soft">${texts.more}</p>`}
    ${
      data.length > 0 &&
      html`<form method="post">
        <input type="hidden" name="reason" value=${reason} /><input type="hidden" name="event" value=${event} />
        <button name="act" value="replay">${texts.replayReason}</button>
      </form>`
    }
    <p><a href="/quarantine">${texts.back}</a></p>`;
}

/** One event: what is wrong with it, and how it was sent. */
export const quarantinedEvent: Page = {
  path: '/quarantine/:message_id',
  permission: 'quarantine:read',
  async show({ api, words, locale, params }) {
    const { quarantine: texts } = words.operator;
    const { dateTime } = formats(locale);
    const id = params.message_id ?? '';
    const { data } = await api.get<{ data: Quarantined[] }>(`/quarantine/events/${encodeURIComponent(id)}`);
    const faults = data.map(
      (each, index) => html`${index > 0 && html`<h2>${texts.earlier}: ${dateTime(each.loaded_at)}</h2>`}
        ${notice('bad', html`<span lang="en">${each.reason}</span>`)}
        <dl class="facts">
          <dt>${texts.event}</dt><dd>${each.event ?? texts.unnamed} ${each.is_about_money && stateLabel('warn', texts.money)}</dd>
          <dt>${texts.place}</dt><dd>${placeOf(each.violation_path, texts.whole)}</dd>
          <dt>${texts.kind}</dt><dd lang="en">${each.violation}</dd>
          <dt>${texts.source}</dt><dd>${each.source_id}. ${each.is_from_browser && texts.browser}</dd>
          <dt>${texts.received}</dt><dd>${dateTime(each.received_at)}</dd>
        </dl>
        <h3>${texts.sent}</h3>
        ${codeBlock(indented(each.message), `${texts.sent}, ${dateTime(each.received_at)}`)}`,
    );
    const landed = data[0]?.landed_at;
    const body = html`${landed && notice('good', texts.landed(dateTime(landed)))}
      <p><code class="code">${id}</code></p>
      ${faults}
      <p><a href="/quarantine">${texts.back}</a></p>`;
    return { title: texts.one, body };
  },
};

const placeOf = (path: string, whole: string): VNode | string => (path === '' ? whole : html`<code>${path}</code>`);

/** JSON with line breaks; another text as it is. Numbers keep their digits. */
function indented(text: string): string {
  try {
    const raw = (_: string, value: unknown, { source }: { source: string }): unknown =>
      typeof value === 'number' ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source) : value;
    return JSON.stringify(JSON.parse(text, raw as (name: string, value: unknown) => unknown), null, 2);
  } catch {
    return text;
  }
}
