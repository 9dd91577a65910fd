import { CATALOGUE } from '../../../../ingest/events/catalogue.ts';
import { developerPage, loadingDaysIn } from '../../components/developer-page.ts';
import { grid, nextPage } from '../../components/grid.ts';
import { stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { fromCursor, type Paged } from '../../page-reads.ts';

interface DeveloperEvent {
  readonly message_id: string;
  readonly event: string | null;
  readonly outcome: 'landed' | 'quarantined';
  readonly occurred_at: string | null;
  readonly sent_at: string | null;
  readonly received_at: string | null;
  readonly loaded_at: string;
  readonly reason: string | null;
}

const EVENT_NAMES = CATALOGUE.filter(({ properties }) =>
  (properties as readonly string[]).includes('developer_id'),
).map(({ name }) => name);
const OUTCOMES = ['landed', 'quarantined'] as const;

/** The events that name a developer: when each was sent and landed, or why it is in quarantine. */
export const developerEvents = developerPage({
  path: '/events',
  async show(request) {
    const { api, apiPath, words, locale, query, path } = request;
    const { events: texts, from, until, show, more } = words.developer;
    const days = loadingDaysIn(request);
    const outcome = OUTCOMES.find((each) => each === query.outcome);
    const event = EVENT_NAMES.find((each) => each === query.event);
    const filter = new URLSearchParams({ ...days, ...(outcome && { outcome }), ...(event && { event }) });
    const { data, next_cursor } = await api.get<Paged<DeveloperEvent>>(
      fromCursor(`${apiPath}/events?${filter}&limit=50`, query.cursor),
    );
    const { dateTime } = formats(locale);
    const when = (at: string | null): string => (at === null || Number.isNaN(Date.parse(at)) ? '–' : dateTime(at));
    const option = (value: string, label: string, chosen: string | undefined) =>
      html`<option value=${value} selected=${value === (chosen ?? '')}>${label}</option>`;
    const form = html`<form class="row" method="get">
      <label>${from}<input name="from" type="date" value=${days.from} required /></label>
      <label>${until}<input name="until" type="date" value=${days.until} required /></label>
      <label>${texts.event}<select name="event">${option('', texts.all, event)}${EVENT_NAMES.map((each) => option(each, each, event))}</select></label>
      <label>${texts.outcome}<select name="outcome">${option('', texts.all, outcome)}${OUTCOMES.map((each) => option(each, texts.outcomes[each], outcome))}</select></label>
      <button class="second">${show}</button>
    </form>`;
    const table = grid({
      ...{ caption: texts.days, isStacked: true, none: texts.none, rows: data },
      columns: [
        {
          label: texts.event,
          cell: ({ event, message_id }) => html`${event ?? '–'}<div class="soft"><code>${message_id}</code></div>`,
        },
        {
          label: texts.outcome,
          cell: ({ outcome }) => stateLabel(outcome === 'landed' ? 'good' : 'warn', texts.outcomes[outcome]),
        },
        { label: texts.occurred, cell: ({ occurred_at }) => when(occurred_at) },
        { label: texts.sent, cell: ({ sent_at }) => when(sent_at) },
        { label: texts.received, cell: ({ received_at }) => when(received_at) },
        { label: texts.loaded, cell: ({ loaded_at }) => when(loaded_at) },
        { label: texts.reason, cell: ({ reason }) => reason ?? '–' },
      ],
    });
    const body = html`<p>${texts.explain}</p>${form}
      ${table}
      ${nextPage({ cursor: next_cursor, path: `${path}?${filter}`, label: more })}`;
    return { title: texts.title, body };
  },
});
