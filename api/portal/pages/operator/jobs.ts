import type { VNode } from 'preact';
import { NotFound, Rejected } from '../../../../warehouse/errors.ts';
import type { Role } from '../../../auth/roles.ts';
import type { RunResponse } from '../../../http/run-shape.ts';
import { grid } from '../../components/grid.ts';
import { meaningOf } from '../../components/meaning.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import type { Form, Page, PageRequest } from '../../page.ts';
import { JOB_MEANINGS } from '../../words/meanings/jobs.ts';
import { cronWords } from './cron-words.ts';
import { runState, runsTable } from './run-views.ts';

export interface ListedJob {
  readonly job: string;
  readonly meaning: string;
  readonly about: 'period' | 'everything';
  readonly takes_options: boolean;
  readonly starters: readonly Role[];
  readonly needs_second_factor: boolean;
  readonly schedule: {
    readonly cron: string;
    readonly months: 'unclosed' | 'closed' | 'unsettled' | null;
    readonly next_due_at: string | null;
  } | null;
  readonly last_run: RunResponse | null;
}

/** All jobs: when each runs, and how its last run ended. */
export const jobs: Page = {
  path: '/jobs',
  permission: 'runs:read',
  async show({ api, words, locale }) {
    const { jobs: texts, cron } = words.operator;
    const meanings = JOB_MEANINGS[locale];
    const { dateTime } = formats(locale);
    const { data } = await api.get<{ data: ListedJob[] }>('/jobs');
    const table = grid({
      caption: texts.title,
      isCaptionHidden: true,
      none: '',
      rows: data,
      columns: [
        {
          label: texts.job,
          cell: ({ job, meaning }: ListedJob) =>
            html`<a href=${`/jobs/${job}`}>${job}</a><br /><span class="soft">${meaningOf(meanings, { code: job, english: meaning })}</span>`,
        },
        { label: texts.schedule, cell: ({ schedule }) => (schedule ? cronWords(schedule.cron, cron) : texts.byHand) },
        {
          label: texts.next,
          cell: ({ schedule }) =>
            schedule ? (schedule.next_due_at ? dateTime(schedule.next_due_at) : texts.notScheduled) : '–',
        },
        {
          label: texts.last,
          cell: ({ last_run: last }) =>
            last
              ? html`${runState(last.state, words)} <a href=${`/runs/${encodeURIComponent(last.run_id)}`}>${dateTime(last.started_at)}</a>`
              : texts.never,
        },
      ],
    });
    return { title: texts.title, body: html`<p>${texts.explain} <a href="/runs">${texts.allRuns}</a></p>${table}` };
  },
};

/** One job: its schedule, its last runs, and the button that starts it. */
export const job: Page = {
  path: '/jobs/:job',
  permission: 'runs:read',
  async show(request) {
    const { api, words, locale, params } = request;
    const { jobs: texts, cron } = words.operator;
    const found = await requireJob(request);
    const { data } = await api.get<{ data: RunResponse[] }>(
      `/runs?${new URLSearchParams({ job: found.job, limit: '10' })}`,
    );
    const { schedule } = found;
    const body = html`<p>${meaningOf(JOB_MEANINGS[locale], { code: found.job, english: found.meaning })}</p>
      <dl class="facts">
        <dt>${texts.schedule}</dt><dd>${schedule ? cronWords(schedule.cron, cron) : texts.byHand}</dd>
        ${schedule?.months && html`<dt>${texts.forMonths}</dt><dd>${texts.months[schedule.months]}</dd>`}
        ${schedule && html`<dt>${texts.next}</dt><dd>${schedule.next_due_at ? formats(locale).dateTime(schedule.next_due_at) : texts.notScheduled}</dd>`}
        <dt>${texts.starters}</dt><dd>${found.starters.map((role) => words.roles[role]).join(', ')}. ${found.needs_second_factor && texts.factor}</dd>
      </dl>
      <h2>${texts.startTitle}</h2>
      ${startForm(request, found)}
      <h2>${texts.runsOf}</h2>
      ${runsTable(request, data, texts.runsOf)}
      <p><a href=${`/runs?job=${found.job}`}>${texts.allRuns}</a> · <a href="/jobs">${texts.back}</a></p>`;
    return { title: params.job ?? '', body };
  },
  acts: {
    async start({ api, params }, form) {
      const body = { ...(form.period && { period: form.period }), ...parseOptions(form) };
      const { run_id } = await api.send<RunResponse>(
        'POST',
        `/jobs/${encodeURIComponent(params.job ?? '')}/runs`,
        body,
      );
      return `/runs/${encodeURIComponent(run_id)}?done=started`;
    },
  },
};

async function requireJob({ api, params, words }: PageRequest): Promise<ListedJob> {
  const { data } = await api.get<{ data: ListedJob[] }>('/jobs');
  const found = data.find((each) => each.job === params.job);
  if (!found) throw new NotFound(words.errors.notFound);
  return found;
}

function startForm({ words, caller }: PageRequest, { about, takes_options, starters }: ListedJob): VNode {
  const { jobs: texts } = words.operator;
  if (!caller.roles.some((role) => starters.includes(role))) {
    return html`<p class="soft">${texts.cannot(starters.map((role) => words.roles[role]).join(', '))}</p>`;
  }
  return html`<form class="stack" method="post">
    ${about === 'period' && html`<label>${texts.period}<input name="period" required pattern="\\d{4}-\\d{2}" maxlength="7" /></label>`}
    ${takes_options && html`<label>${texts.options}<textarea name="options" rows="3" maxlength="4000"></textarea></label>`}
    <button name="act" value="start">${texts.start}</button>
  </form>`;
}

/** The options of a run, from lines `name=value`. Throws `Rejected` for another line. */
function parseOptions({ options = '' }: Form): { options?: Readonly<Record<string, string>> } {
  const lines = options.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return {};
  const entries = lines.map((line) => {
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) throw new Rejected(`${JSON.stringify(line)} is no option; write name=value.`);
    return [name, value ?? ''] as const;
  });
  return { options: Object.fromEntries(entries) };
}
