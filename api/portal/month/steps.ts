import { nextPeriod, type Period, periodEnd } from '../../../warehouse/period.ts';
import type { RunResponse } from '../../http/run-shape.ts';

export const STEPS = [
  'events',
  'exceptions',
  'checks',
  'close',
  'statements',
  'compare',
  'plan',
  'approve',
  'send',
  'reconcile',
] as const;
export type StepName = (typeof STEPS)[number];

/** Why a step cannot be started yet. */
export type Block =
  | 'not_over'
  | 'not_built'
  | 'earlier_open'
  | 'exceptions_open'
  | 'not_closed'
  | 'not_planned'
  | 'not_approved'
  | 'not_sent';

/** `attention`: a person has to decide something. */
export type StepState = 'done' | 'running' | 'failed' | 'attention' | 'ready' | 'blocked';

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  readonly block?: Block | undefined;
  /** The last run of its job. */
  readonly run?: RunResponse | undefined;
  readonly doneBy?: string | null | undefined;
  readonly doneAt?: string | null | undefined;
  /** The jobs that its buttons start, in order. */
  readonly jobs: readonly string[];
}

export interface MonthFacts {
  readonly period: Period;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly close: { readonly closed_by: string | null; readonly cutoff_at: string | null } | undefined;
  /** The last closed period, if any is. */
  readonly lastClosed: string | undefined;
  /** The newest run of each job: of the period, or for a job about everything of all. */
  readonly runs: ReadonlyMap<string, RunResponse>;
  /** How many exceptions wait for a decision and keep the month open; undefined if it has not been built. */
  readonly openExceptions: number | undefined;
  readonly batch:
    | {
        readonly state: 'planned' | 'approved' | 'sent' | 'cancelled';
        readonly planned_by: string;
        readonly planned_at: string;
        readonly approved_by: string | null;
        readonly approved_at: string | null;
      }
    | undefined;
  /** How the comparison with Stripe ended, if there was one. */
  readonly verdict: string | undefined;
}

type Decided = Omit<Step, 'name'>;

/** The steps of a month's end, each with its state; what is to be done next is the first that is not done. */
export function stepsOf(facts: MonthFacts): readonly Step[] {
  const closed = facts.close !== undefined;
  const decided: Record<StepName, Decided> = {
    events: eventsOf(facts),
    exceptions: exceptionsOf(facts),
    checks: jobStep(facts, 'build-period', closed ? { isDone: true, jobs: [] } : {}),
    close: closeOf(facts),
    statements: jobStep(facts, 'issue-statements', { block: closed ? undefined : 'not_closed' }),
    compare: compareOf(facts),
    plan: planOf(facts),
    approve: approveOf(facts),
    send: sendOf(facts),
    reconcile: reconcileOf(facts),
  };
  return STEPS.map((name) => ({ name, ...decided[name] }));
}

/** A step that one job does. It is done with the job's run, unless `isDone` says otherwise. */
function jobStep(
  { runs }: MonthFacts,
  job: string,
  { block, isDone, jobs = [job] }: { block?: Block | undefined; isDone?: boolean; jobs?: readonly string[] } = {},
): Decided {
  const run = runs.get(job);
  const done = isDone || (isDone === undefined && run?.state === 'done' && !block);
  if (run?.state === 'running') return { state: 'running', run, jobs: [] };
  if (done) {
    const by = run?.state === 'done' ? { doneBy: run.started_by, doneAt: run.finished_at } : {};
    return { state: 'done', run, jobs, ...by };
  }
  if (block) return { state: 'blocked', block, jobs: [] };
  return { state: run?.state === 'failed' ? 'failed' : 'ready', run, jobs };
}

/** Whatever builds the drafts loads the events first. */
function eventsOf(facts: MonthFacts): Decided {
  if (facts.close) return { state: 'done', jobs: [] };
  const end = periodEnd(facts.period);
  const isAfter = (job: string): boolean => {
    const run = facts.runs.get(job);
    return run?.state === 'done' && Date.parse(run.finished_at ?? '') >= end;
  };
  return jobStep(facts, 'load-events', { isDone: isAfter('load-events') || isAfter('build-period') });
}

/** They can be decided about once the drafts of the month are built. */
function exceptionsOf(facts: MonthFacts): Decided {
  const { openExceptions, close, runs } = facts;
  if (openExceptions === 0 || close) return { state: 'done', jobs: [] };
  if (openExceptions !== undefined) return { state: 'attention', jobs: [] };
  if (runs.get('build-period')?.state === 'running') return { state: 'blocked', block: 'not_built', jobs: [] };
  return { state: 'ready', block: 'not_built', jobs: ['build-period'] };
}

function closeOf(facts: MonthFacts): Decided {
  const { close, period, now, lastClosed, openExceptions } = facts;
  if (close) return { state: 'done', doneBy: close.closed_by, doneAt: close.cutoff_at, jobs: [] };
  const block = (): Block | undefined => {
    if (now < periodEnd(period)) return 'not_over';
    if (lastClosed !== undefined && nextPeriod(lastClosed as Period) !== period) return 'earlier_open';
    if (openExceptions === undefined) return 'not_built';
    return openExceptions > 0 ? 'exceptions_open' : undefined;
  };
  return jobStep(facts, 'close-period', { block: block(), isDone: false });
}

const AGREES: readonly string[] = ['reconciled', 'pending', 'warnings'];

function compareOf(facts: MonthFacts): Decided {
  const jobs = ['pull-stripe', 'reconcile-stripe'];
  if (!facts.close) return { state: 'blocked', block: 'not_closed', jobs: [] };
  const pulling = facts.runs.get('pull-stripe');
  if (pulling?.state === 'running') return { state: 'running', run: pulling, jobs: [] };
  const step = jobStep(facts, 'reconcile-stripe', { jobs });
  const differs = step.state === 'done' && !AGREES.includes(facts.verdict ?? '');
  return differs ? { ...step, state: 'attention' } : step;
}

function planOf(facts: MonthFacts): Decided {
  const { batch, close } = facts;
  const isPlanned = batch !== undefined && batch.state !== 'cancelled';
  const step = jobStep(facts, 'plan-payouts', { block: close ? undefined : 'not_closed', isDone: isPlanned });
  return isPlanned ? { ...step, jobs: [], doneBy: batch.planned_by, doneAt: batch.planned_at } : step;
}

function approveOf({ batch }: MonthFacts): Decided {
  if (!batch || batch.state === 'cancelled') return { state: 'blocked', block: 'not_planned', jobs: [] };
  if (batch.state === 'planned') return { state: 'attention', jobs: [] };
  return { state: 'done', doneBy: batch.approved_by, doneAt: batch.approved_at, jobs: [] };
}

function sendOf(facts: MonthFacts): Decided {
  const state = facts.batch?.state;
  const block = state === 'approved' || state === 'sent' ? undefined : 'not_approved';
  const step = jobStep(facts, 'send-payouts', { block, isDone: state === 'sent' });
  return state === 'sent' ? { ...step, jobs: [] } : step;
}

/** After the payouts: what Stripe then has must be in the books. */
function reconcileOf(facts: MonthFacts): Decided {
  if (facts.batch?.state !== 'sent') return { state: 'blocked', block: 'not_sent', jobs: [] };
  const step = compareOf(facts);
  const sentAt = facts.runs.get('send-payouts')?.finished_at ?? '';
  const isCompared = step.state === 'done' || step.state === 'attention';
  if (isCompared && (step.doneAt ?? '') <= sentAt) return { state: 'ready', jobs: step.jobs };
  return step;
}
