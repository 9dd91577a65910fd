import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Job, Services } from '../../jobs/job.ts';
import { JOBS, jobNamed } from '../../jobs/jobs.ts';
import { recoverRuns, runJob, startJob } from '../../jobs/run-job.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { CLOSING, openWorld, type World } from './test-services.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

let operational: Operational;
let world: World;
let services: Services;
beforeAll(async () => {
  world = await openWorld();
  ({ operational } = world.services);
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.restart();
  services = world.services;
});

/** A job that goes on until it is let go. */
function waiting(about: Job['about'] = 'period') {
  const gate = Promise.withResolvers<void>();
  const job: Job = {
    name: 'wait-long',
    meaning: 'Waits.',
    about,
    async run(run, period) {
      run.progress('half way');
      await gate.promise;
      return { period, by: run.startedBy };
    },
  };
  return { job, letGo: () => gate.resolve() };
}

const runs = () => operational.selectFrom('job_runs').selectAll().orderBy('started_at').orderBy('run_id').execute();

describe('a run', () => {
  test('is kept with who started it, how far it came, and what it ended with', async () => {
    const told: string[] = [];
    const { job, letGo } = waiting();
    letGo();
    const outcome = await runJob(services, {
      job,
      period: january,
      startedBy: 'ada',
      onProgress: (text) => told.push(text),
    });
    expect(outcome).toEqual({ period: '2026-01', by: 'ada' });
    expect(told).toEqual(['half way']);
    expect(await runs()).toEqual([
      {
        run_id: expect.stringMatching(/^run_[0-9a-f]{30}$/),
        job: 'wait-long',
        period: '2026-01',
        state: 'done',
        started_by: 'ada',
        started_at: CLOSING,
        lease_expires_at: '2026-02-02T04:01:00.000Z',
        finished_at: CLOSING,
        progress: 'half way',
        outcome: { period: '2026-01', by: 'ada' },
        error: null,
        options: null,
        interrupted_at: null,
      },
    ]);
  });

  test('that fails is kept with its sentence, which is thrown on', async () => {
    const job: Job = { ...waiting().job, run: () => Promise.reject(new Conflict('It cannot be done.')) };
    await expect(runJob(services, { job, period: january, startedBy: 'ada' })).rejects.toThrow(
      new Conflict('It cannot be done.'),
    );
    expect(await runs()).toMatchObject([
      { state: 'failed', error: 'It cannot be done.', outcome: null, finished_at: CLOSING },
    ]);
    const { job: next, letGo } = waiting();
    letGo();
    await runJob(services, { job: next, period: january, startedBy: 'ada' });
  });

  test('goes on alone: another of its job and period is refused, others are not', async () => {
    const { job, letGo } = waiting();
    const first = await startJob(services, { job, period: january, startedBy: 'ada' });
    const second = startJob(services, { job, period: january, startedBy: 'ben' });
    await expect(second).rejects.toThrow(new Conflict('wait-long is already running for 2026-01; wait for it to end.'));
    const other = await startJob(services, { job, period: february, startedBy: 'ben' });
    letGo();
    await Promise.all([first.finished, other.finished]);
    expect((await runs()).map(({ period, state }) => [period, state]).sort()).toEqual([
      ['2026-01', 'done'],
      ['2026-02', 'done'],
    ]);
  });

  test('of ten at once is one', async () => {
    const { job, letGo } = waiting();
    const all = Array.from({ length: 10 }, () => startJob(services, { job, period: january, startedBy: 'ada' }));
    const started = (await Promise.allSettled(all)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    expect(started).toHaveLength(1);
    letGo();
    await started[0]?.finished;
  });

  test('about everything is one, whatever period it is asked for', async () => {
    const { job, letGo } = waiting('everything');
    const first = await startJob(services, { job, period: january, startedBy: 'ada' });
    await expect(startJob(services, { job, startedBy: 'ben' })).rejects.toThrow(
      new Conflict('wait-long is already running; wait for it to end.'),
    );
    letGo();
    expect(await first.finished).toEqual({ by: 'ada' });
  });

  test('about a period needs one', async () => {
    await expect(runJob(services, { job: waiting().job, startedBy: 'ada' })).rejects.toThrow(
      new Rejected('wait-long cannot be run without a period; say which month it is about.'),
    );
    expect(await runs()).toEqual([]);
  });
});

describe('a run whose process has ended', () => {
  const abandoned = async () => {
    const { job, letGo } = waiting();
    const { runId, finished } = await startJob(services, { job, period: january, startedBy: 'ada' });
    const end = () => {
      letGo();
      return finished;
    };
    return { job, runId, end };
  };
  const stateOf = async (runId: string) => (await runs()).find(({ run_id }) => run_id === runId);

  test('is given up once its lease is over, and not before', async () => {
    const { job, runId, end } = await abandoned();
    world.at('2026-02-02T04:01:00.000Z');
    await expect(startJob(services, { job, period: january, startedBy: 'ben' })).rejects.toThrow(Conflict);
    world.at('2026-02-02T04:01:00.001Z');
    const next = await startJob(services, { job, period: january, startedBy: 'ben' });
    expect(await stateOf(runId)).toMatchObject({ state: 'failed', error: 'The process that ran it ended.' });
    await end();
    await next.finished;
  });

  test('is given up at once by the only process there is', async () => {
    const { runId, end } = await abandoned();
    await recoverRuns(services, { onlyProcess: false });
    expect(await stateOf(runId)).toMatchObject({ state: 'running' });
    await recoverRuns(services, { onlyProcess: true });
    expect(await stateOf(runId)).toMatchObject({ state: 'failed', finished_at: CLOSING });
    await end();
  });

  test('keeps its lease while it lives', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { runId, end } = await abandoned();
      world.at('2026-02-02T04:00:50.000Z');
      vi.advanceTimersByTime(20_000);
      await expect.poll(async () => (await stateOf(runId))?.lease_expires_at).toBe('2026-02-02T04:01:50.000Z');
      await end();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('runs of jobs about everything are forgotten 30 days after they ended, those about a period never', async () => {
  const { job, letGo } = waiting('everything');
  const { job: monthly, letGo: letMonthlyGo } = waiting();
  letGo();
  letMonthlyGo();
  await runJob(services, { job, startedBy: 'ada' });
  await runJob(services, { job: monthly, period: january, startedBy: 'ada' });
  const left = async () => {
    await recoverRuns(services, { onlyProcess: false });
    return (await runs()).map(({ period }) => period).sort();
  };
  world.at('2026-03-04T04:00:00.000Z');
  expect(await left()).toEqual(['', '2026-01']);
  world.at('2026-03-04T04:00:00.001Z');
  expect(await left()).toEqual(['2026-01']);
});

test('every job has its own name, and says what it does', () => {
  expect(new Set(JOBS.map(({ name }) => name)).size).toBe(JOBS.length);
  for (const job of JOBS) {
    expect(job.name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(job.meaning).toMatch(/^[A-Z].+\.$/);
    expect(jobNamed(job.name)).toBe(job);
  }
  expect(() => jobNamed('pay-everyone')).toThrow(NotFound);
});
