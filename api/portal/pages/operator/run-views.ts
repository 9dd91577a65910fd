import type { VNode } from 'preact';
import type { RunResponse } from '../../../http/run-shape.ts';
import { grid } from '../../components/grid.ts';
import { stateLabel } from '../../components/notice.ts';
import { formats } from '../../formats.ts';
import { html } from '../../markup.ts';
import { nameOf } from '../../month/name-of.ts';
import type { PageRequest } from '../../page.ts';
import type { Words } from '../../words.ts';

const TONES = { running: 'plain', done: 'good', failed: 'bad' } as const;

export const runState = (state: RunResponse['state'], words: Words): VNode =>
  stateLabel(TONES[state], words.operator.runs.states[state]);

export const starterOf = (startedBy: string, words: Words): string =>
  startedBy === 'schedule' ? words.operator.runs.schedule : nameOf(startedBy);

/** A table of runs; each leads to its own page. */
export function runsTable({ words, locale }: PageRequest, runs: readonly RunResponse[], caption: string): VNode {
  const { runs: texts, jobs } = words.operator;
  const { common } = words.finance;
  const { dateTime } = formats(locale);
  return grid({
    caption,
    isCaptionHidden: true,
    none: texts.none,
    rows: runs,
    columns: [
      {
        label: jobs.job,
        cell: ({ job, run_id }: RunResponse) => html`<a href=${`/runs/${encodeURIComponent(run_id)}`}>${job}</a>`,
      },
      { label: common.month, cell: ({ period }) => period ?? '–' },
      { label: common.state, cell: ({ state }) => runState(state, words) },
      { label: texts.startedAt, cell: ({ started_at }) => dateTime(started_at) },
      { label: texts.startedBy, cell: ({ started_by }) => starterOf(started_by, words) },
      {
        label: texts.progress,
        cell: ({ error, progress }) => html`<span lang="en">${error ?? progress ?? '–'}</span>`,
      },
    ],
  });
}
