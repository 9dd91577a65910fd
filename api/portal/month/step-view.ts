import type { VNode } from 'preact';
import { requireJob } from '../../../jobs/jobs.ts';
import { mayStart, startersOf } from '../../auth/permissions.ts';
import { notice, stateLabel, type Tone } from '../components/notice.ts';
import type { Formats } from '../formats.ts';
import { html } from '../markup.ts';
import type { PageRequest } from '../page.ts';
import { nameOf } from './name-of.ts';
import type { NextAct } from './next-acts.ts';
import type { Step, StepState } from './steps.ts';

const TONES: Readonly<Record<StepState, Tone>> = {
  ...{ done: 'good', running: 'plain', failed: 'bad', attention: 'warn', ready: 'plain', blocked: 'plain' },
};

interface StepView {
  readonly step: Step;
  /** Whether it is the first that is not done. */
  readonly isNext: boolean;
  /** What a person does next, and where; none for a step that a job does alone. */
  readonly acts: readonly NextAct[];
  /** What the step has found, as a sentence. */
  readonly finding?: VNode | string | undefined;
  readonly formats: Formats;
}

/** One step of the checklist: its state, who did it, what blocks it or failed, and what can be started. */
export function stepView(
  { words, caller }: Pick<PageRequest, 'words' | 'caller'>,
  { step, isNext, acts, finding, formats }: StepView,
): VNode {
  const { months, states, steps, blocks, common } = words.finance;
  const { name, state, run, block, doneBy, doneAt } = step;
  const [title, explain] = steps[name];
  return html`<li id=${name} aria-current=${isNext ? 'step' : undefined}>
    <h2>${title} ${stateLabel(TONES[state], states[state])} ${isNext && state !== 'blocked' && html`<strong class="next">${months.next}</strong>`}</h2>
    ${state !== 'done' && html`<p class="soft">${explain}</p>`}
    ${doneAt && state === 'done' && html`<p class="soft">${common.byAt(nameOf(doneBy ?? ''), formats.dateTime(doneAt))}</p>`}
    ${block && state !== 'done' && html`<p>${blocks[block]}</p>`}
    ${finding && html`<p>${finding}</p>`}
    ${
      state === 'running' &&
      run &&
      html`<p>${months.running(nameOf(run.started_by))}, ${formats.dateTime(run.started_at)}</p>
        <p class="progress" role="status" lang="en" data-run=${run.run_id}>${run.progress ?? '…'}</p>`
    }
    ${
      state === 'failed' &&
      notice('bad', html`${months.failed} <span lang="en">${run?.error}</span>`, html`<p>${months.failedAdvice}</p>`)
    }
    <div class="row">
      ${step.jobs.map((job) => buttonOf({ words, caller }, { job, step }))}
      ${acts.map(({ label, href, isMain }) => html`<a class=${isMain ? 'button' : 'button second'} href=${href}>${label}</a>`)}
    </div>
  </li>`;
}

/** A button for whoever may start the job; the others see who may. */
function buttonOf(
  { words, caller }: Pick<PageRequest, 'words' | 'caller'>,
  { job, step }: { job: string; step: Step },
): VNode | null {
  const { months } = words.finance;
  if (!mayStart(caller, requireJob(job))) {
    const starters = startersOf(requireJob(job)).map((role) => words.roles[role]);
    return step.state === 'done' ? null : html`<span class="soft">${months.cannot(starters.join(', '))}</span>`;
  }
  const label = job === 'pull-stripe' ? months.pull : step.state === 'ready' ? months.start : months.again;
  const [title] = words.finance.steps[step.name];
  const isMain = (step.state === 'ready' || step.state === 'failed') && job === step.jobs.at(-1);
  return html`<form method="post"><input type="hidden" name="job" value=${job} />
    <button name="act" value="run" class=${isMain ? undefined : 'second'} aria-label=${`${label}: ${title}`}>${label}</button></form>`;
}
