import { stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { OpenPage } from '../../page.ts';

interface Status {
  readonly accepts_events: boolean;
  readonly jobs_on_time: boolean;
  readonly last_closed_period: string | null;
  readonly checked_at: string;
}

/** Whether the marketplace works, without inner details. */
export const status: OpenPage = {
  path: '/status',
  async show({ api, words, locale }) {
    const { status: texts } = words.open;
    const { period, dateTime } = formats(locale);
    const { accepts_events, jobs_on_time, last_closed_period, checked_at } = await api.get<Status>('/public/status');
    const body = html`<dl class="facts">
        <dt>${texts.events}</dt><dd>${accepts_events ? stateLabel('good', texts.accepted) : stateLabel('bad', texts.refused)}</dd>
        <dt>${texts.jobs}</dt><dd>${jobs_on_time ? stateLabel('good', texts.onTime) : stateLabel('warn', texts.late)}</dd>
        <dt>${texts.lastMonth}</dt><dd>${last_closed_period === null ? texts.noMonth : period(last_closed_period)}</dd>
      </dl>
      <p class="soft">${texts.checked(dateTime(checked_at))}</p>`;
    return { title: texts.title, body };
  },
};
