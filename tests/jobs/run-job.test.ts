import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Job, Services } from '../../jobs/job.ts';
import { JOBS, JOBS_BY_NAME, requireJob } from '../../jobs/jobs.ts';
import { recoverRuns, runJob, startJob } from '../../jobs/run-job.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { CLOSING, expireLeases, openTestServices, type TestServices } from './test-services.ts';

const [january, february] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

let operational: Operational;
let harness: TestServices;
let services: Services;
beforeAll(async () => {
  harness = await openTestServices();
  ({ operational } = harness.services);
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(async () => {
  await harness.restart();
  services = harness.services;
});

/** A job that runs until it is released. */
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
  return { job, release: () => gate.resolve() };
}

const runs = () => operational.selectFrom('job_runs').selectAll().orderBy('started_at').orderBy('run_id').execute();

describe('a run', () => {
  test('is recorded with who started it, its progress and its outcome', async () => {
    const progress: string[] = [];
    const { job, release } = waiting();
    release();
    const outcome = await runJob(services, {
      job,
      period: january,
      startedBy: 'ada',
      onProgress: (text) => progress.push(text),
    });
    expect(outcome).toEqual({ period: '2026-01', by: 'ada' });
    expect(progress).toEqual(['half way']);
    expect(await runs()).toEqual([
      {
        run_id: expect.stringMatching(/^run_[0-9a-f]{30}$/),
        job: 'wait-long',
        period: '2026-01',
        state: 'done',
        started_by: 'ada',
        started_at: CLOSING,
        lease_expires_at: expect.stringMatching(/Z$/),
        finished_at: CLOSING,
        progress: 'half way',
        stop_requested_at: null,
        stop_requested_by: null,
        outcome: { period: '2026-01', by: 'ada' },
        error: null,
        options: null,
        interrupted_at: null,
      },
    ]);
  });

  test('that fails is recorded with its error message, and the error is rethrown', async () => {
    const job: Job = { ...waiting().job, run: () => Promise.reject(new Conflict('It cannot be done.')) };
    await expect(runJob(services, { job, period: january, startedBy: 'ada' })).rejects.toThrow(
      new Conflict('It cannot be done.'),
    );
    expect(await runs()).toMatchObject([
      { state: 'failed', error: 'It cannot be done.', outcome: null, finished_at: CLOSING },
    ]);
    const { job: next, release } = waiting();
    release();
    await runJob(services, { job: next, period: january, startedBy: 'ada' });
  });

  test('excludes another run of the same job and period, but of no other period', async () => {
    const { job, release } = waiting();
    const first = await startJob(services, { job, period: january, startedBy: 'ada' });
    const second = startJob(services, { job, period: january, startedBy: 'ben' });
    await expect(second).rejects.toThrow(new Conflict('wait-long is already running for 2026-01; wait for it to end.'));
    const other = await startJob(services, { job, period: february, startedBy: 'ben' });
    release();
    await Promise.all([first.finished, other.finished]);
    expect((await runs()).map(({ period, state }) => [period, state]).sort()).toEqual([
      ['2026-01', 'done'],
      ['2026-02', 'done'],
    ]);
  });

  test('started ten times at once starts once', async () => {
    const { job, release } = waiting();
    const all = Array.from({ length: 10 }, () => startJob(services, { job, period: january, startedBy: 'ada' }));
    const started = (await Promise.allSettled(all)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    expect(started).toHaveLength(1);
    release();
    await started[0]?.finished;
  });

  test('of a job about everything excludes any other, with or without a period', async () => {
    const { job, release } = waiting('everything');
    const first = await startJob(services, { job, period: january, startedBy: 'ada' });
    await expect(startJob(services, { job, startedBy: 'ben' })).rejects.toThrow(
      new Conflict('wait-long is already running; wait for it to end.'),
    );
    release();
    expect(await first.finished).toEqual({ by: 'ada' });
  });

  test('of a job about a period requires a period', async () => {
    await expect(runJob(services, { job: waiting().job, startedBy: 'ada' })).rejects.toThrow(
      new Rejected('wait-long cannot be run without a period; give a month such as 2026-01.'),
    );
    expect(await runs()).toEqual([]);
  });
});

describe('a run whose process has ended', () => {
  const abandoned = async () => {
    const { job, release } = waiting();
    const { runId, finished } = await startJob(services, { job, period: january, startedBy: 'ada' });
    const end = () => {
      release();
      return finished;
    };
    return { job, runId, end };
  };
  const stateOf = async (runId: string) => (await runs()).find(({ run_id }) => run_id === runId);

  test('is marked as failed after its lease expires, and not before', async () => {
    const { job, runId, end } = await abandoned();
    // Only the clock of the store counts, not that of this process.
    harness.setTime('2026-02-03T04:00:00.000Z');
    await expect(startJob(services, { job, period: january, startedBy: 'ben' })).rejects.toThrow(Conflict);
    await expireLeases(operational);
    const next = await startJob(services, { job, period: january, startedBy: 'ben' });
    expect(await stateOf(runId)).toMatchObject({
      state: 'failed',
      error: 'The process ended before the run was finished.',
    });
    await end();
    await next.finished;
  });

  test('is marked as failed at once by the only process', async () => {
    const { runId, end } = await abandoned();
    await recoverRuns(services, { onlyProcess: false });
    expect(await stateOf(runId)).toMatchObject({ state: 'running' });
    await recoverRuns(services, { onlyProcess: true });
    expect(await stateOf(runId)).toMatchObject({ state: 'failed', finished_at: CLOSING });
    await end();
  });

  const RENEWAL_MS = 20_000;
  const leaseOf = async (runId: string) => (await stateOf(runId))?.lease_expires_at ?? '';
  const withTimers = async (work: () => Promise<void>) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await work();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  };

  test('renews its lease while its process runs', () =>
    withTimers(async () => {
      const { runId, end } = await abandoned();
      const before = await leaseOf(runId);
      vi.advanceTimersByTime(RENEWAL_MS);
      await expect.poll(async () => (await leaseOf(runId)) > before).toBe(true);
      await end();
    }));

  test.each([
    ['has expired', () => expireLeases(operational)],
    ['is that of another process', () => recoverRuns(services, { onlyProcess: true })],
  ])('is stopped when its lease %s', (_, lose) =>
    withTimers(async () => {
      const stopped = Promise.withResolvers<void>();
      const job: Job = {
        ...waiting().job,
        run: async ({ interruption }) => {
          interruption.addEventListener('abort', () => stopped.resolve());
          await stopped.promise;
          interruption.throwIfAborted();
          return {};
        },
      };
      const { finished } = await startJob(services, { job, period: january, startedBy: 'ada' });
      const refused = expect(finished).rejects.toThrow(/has lost its lease/);
      await lose();
      vi.advanceTimersByTime(RENEWAL_MS);
      await refused;
    }),
  );
});

test('runs of jobs about everything are deleted 30 days after they ended, those about a period never', async () => {
  const { job, release } = waiting('everything');
  const { job: monthly, release: releaseMonthly } = waiting();
  release();
  releaseMonthly();
  await runJob(services, { job, startedBy: 'ada' });
  await runJob(services, { job: monthly, period: january, startedBy: 'ada' });
  const left = async () => {
    await recoverRuns(services, { onlyProcess: false });
    return (await runs()).map(({ period }) => period).sort();
  };
  harness.setTime('2026-03-04T04:00:00.000Z');
  expect(await left()).toEqual(['', '2026-01']);
  harness.setTime('2026-03-04T04:00:00.001Z');
  expect(await left()).toEqual(['2026-01']);
});

test('every job has a unique name and a one-sentence meaning', () => {
  expect(JOBS.map(({ name }) => name)).toEqual(Object.keys(JOBS_BY_NAME));
  for (const job of JOBS) {
    expect(job.name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(job.meaning).toMatch(/^[A-Z].+\.$/);
    expect(requireJob(job.name)).toBe(job);
  }
  expect(() => requireJob('pay-everyone')).toThrow(NotFound);
});
