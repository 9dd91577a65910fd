import { JOBS, requireJob } from '../../../../jobs/jobs.ts';
import { mayStart } from '../../../auth/permissions.ts';
import type { RunResponse } from '../../../http/run-shape.ts';
import { codeBlock } from '../../components/code-block.ts';
import { notice } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { Page } from '../../page.ts';
import { runState, runsTable, starterOf } from './run-views.ts';

const STATES = ['running', 'done', 'failed'] as const;

/** The runs of jobs, the newest first, by job, state and month. */
export const runs: Page = {
  path: '/runs',
  permission: 'runs:read',
  async show(request) {
    const { api, words, query } = request;
    const { runs: texts, jobs } = words.operator;
    const { common } = words.finance;
    const asked = ['job', 'state', 'period'].flatMap((name) => (query[name] ? [[name, query[name]]] : []));
    const { data } = await api.get<{ data: RunResponse[] }>(`/runs?${new URLSearchParams(asked)}`);
    const option = (value: string, label: string, chosen = '') =>
      html`<option value=${value} selected=${value === chosen}>${label}</option>`;
    const body = html`<p>${texts.explain} <a href="/jobs">${jobs.back}</a></p>
      <form class="row" method="get">
        <label>${jobs.job}<select name="job">${option('', texts.any, query.job)}${JOBS.map(({ name }) => option(name, name, query.job))}</select></label>
        <label>${common.state}<select name="state">${option('', texts.any, query.state)}${STATES.map((state) => option(state, texts.states[state], query.state))}</select></label>
        <label>${jobs.period}<input name="period" value=${query.period ?? ''} pattern="\\d{4}-\\d{2}" maxlength="7" /></label>
        <button class="second">${texts.filter}</button>
      </form>
      ${runsTable(request, data, texts.title)}`;
    return { title: texts.title, body };
  },
};

/** One run: its progress while it goes on, then its result or why it failed. */
export const run: Page = {
  path: '/runs/:run_id',
  permission: 'runs:read',
  async show({ api, words, locale, params, query, caller }) {
    const { runs: texts, jobs } = words.operator;
    const { common } = words.finance;
    const { dateTime } = formats(locale);
    const found = await api.get<RunResponse>(`/runs/${encodeURIComponent(params.run_id ?? '')}`);
    const { run_id, job, period, state, started_by, started_at, finished_at, progress, outcome, error } = found;
    const { stop_requested_by: stoppedBy } = found;
    const isRunning = state === 'running';
    const body = html`${query.done === 'started' && isRunning && notice('good', texts.started)}
      ${error !== null && notice('bad', html`${texts.error}: <span lang="en">${error}</span>`)}
      <dl class="facts">
        <dt>${jobs.job}</dt><dd><a href=${`/jobs/${job}`}>${job}</a></dd>
        <dt>${common.state}</dt><dd>${runState(state, words)}</dd>
        ${period !== null && html`<dt>${common.month}</dt><dd><a href=${`/months/${period}`}>${formats(locale).period(period)}</a></dd>`}
        <dt>${texts.startedBy}</dt><dd>${starterOf(started_by, words)}</dd>
        <dt>${texts.startedAt}</dt><dd>${dateTime(started_at)}</dd>
        ${finished_at !== null && html`<dt>${texts.finishedAt}</dt><dd>${dateTime(finished_at)}</dd>`}
        <dt>${texts.progress}</dt><dd><span class="progress" role="status" lang="en" data-run=${isRunning ? run_id : undefined}>${progress ?? '–'}</span></dd>
      </dl>
      ${isRunning && stoppedBy !== null && notice('plain', texts.stopping(nameOf(stoppedBy)))}
      ${
        isRunning &&
        stoppedBy === null &&
        mayStart(caller, requireJob(job)) &&
        html`<form class="stack" method="post">
          <p class="soft">${texts.stopExplain}</p>
          <button class="second" name="act" value="stop">${texts.stop}</button>
        </form>`
      }
      <h2>${texts.outcome}</h2>
      ${outcome === null ? html`<p class="soft">${texts.noOutcome}</p>` : codeBlock(JSON.stringify(outcome, null, 2), texts.outcome)}
      <p><a href="/runs">${jobs.allRuns}</a></p>`;
    return { title: texts.one(job), body, isLive: isRunning };
  },
  acts: {
    async stop({ api, params }) {
      const path = `/runs/${encodeURIComponent(params.run_id ?? '')}`;
      await api.send('POST', `${path}/stop`);
      return path;
    },
  },
};
