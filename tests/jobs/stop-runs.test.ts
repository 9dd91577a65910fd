import { setImmediate as turn } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activeRunsIn, Interrupted } from '../../jobs/active-runs.ts';
import type { Job, Run, Services } from '../../jobs/job.ts';
import { StoppedRun } from '../../jobs/lease.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { resumeRuns } from '../../jobs/resume-runs.ts';
import { recoverRuns, startJob } from '../../jobs/run-job.ts';
import { startSchedule } from '../../jobs/schedule.ts';
import { stopRun } from '../../jobs/stop-run.ts';
import { stopRuns } from '../../jobs/stop-runs.ts';
import { Conflict, InvariantBroken, Rejected, Unavailable } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { CLOSING, expireLeases, openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
let services: Services;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(async () => {
  await harness.restart();
  services = asAnotherProcess();
});

/** The same stores as seen by another process, which has no runs of its own. */
const asAnotherProcess = (): Services => ({
  ...harness.services,
  operational: harness.services.operational.withoutPlugins(),
});

const january = parsePeriod('2026-01');
const log = pino({ level: 'silent' });
const AT_ONCE = { graceMs: 0, unwindMs: 60_000 };
const WITHOUT_TIME = { graceMs: 0, unwindMs: 0 };

function jobThat(run: (run: Run) => Promise<void>): Job {
  const begun = Promise.withResolvers<void>();
  return {
    name: 'work-long',
    meaning: 'Works.',
    about: 'period',
    run: async (given) => {
      begun.resolve();
      await run(given);
      return {};
    },
  };
}

const start = (job: Job) => startJob(services, { job, period: january, startedBy: 'ada' });
const runs = () => services.operational.selectFrom('job_runs').selectAll().orderBy('started_at').execute();

describe('a run that a person stops', () => {
  const by = 'Dan (person_1)';
  const interruptedAt = async () => (await runs()).map(({ interrupted_at }) => interrupted_at);

  test('ends at its next safe point with who stopped it, and is not run again by itself', async () => {
    const gate = Promise.withResolvers<void>();
    const { runId, finished } = await start(
      jobThat(async (run) => {
        await gate.promise;
        await run.warehouse.query('select 1 as one');
      }),
    );
    const failed = expect(finished).rejects.toThrow(
      new StoppedRun('work-long was stopped by Dan (person_1); start it again when it may run.'),
    );
    await stopRun(services, { runId, by });
    await stopRun(services, { runId, by: 'Eve (person_2)' });
    expect(await runs()).toMatchObject([{ state: 'running', stop_requested_by: by }]);
    gate.resolve();
    await failed;
    expect(await runs()).toMatchObject([{ state: 'failed', error: expect.stringContaining(by) }]);
    expect(await interruptedAt()).toEqual([null]);
    await expect(stopRun(services, { runId, by })).rejects.toThrow(
      new Conflict(`The run ${runId} cannot be stopped: it has ended.`),
    );
  });

  test('of another process sees it when it renews its lease; what it found out stays', async () => {
    const gate = Promise.withResolvers<void>();
    const { runId, finished } = await start(
      jobThat(async ({ interruption }) => {
        await gate.promise;
        expect(interruption.aborted).toBe(true);
        throw new Rejected('The file is not one of ours.');
      }),
    );
    const failed = expect(finished).rejects.toThrow(new Rejected('The file is not one of ours.'));
    await stopRun(asAnotherProcess(), { runId, by });
    await activeRunsIn(services.operational).checkNow(runId);
    gate.resolve();
    await failed;
  });
});

describe('a stop', () => {
  test('waits for a run that ends by itself, and refuses new runs', async () => {
    const gate = Promise.withResolvers<void>();
    const { finished } = await start(jobThat(() => gate.promise));
    const stopped = stopRuns(services, { graceMs: 60_000, unwindMs: 0 });
    await expect(start(loadEvents)).rejects.toThrow(
      new Unavailable('load-events cannot be started: the server is shutting down.'),
    );
    gate.resolve();
    expect(await stopped).toEqual([]);
    expect(await finished).toEqual({});
    expect(await runs()).toMatchObject([{ state: 'done', interrupted_at: null }]);
  });

  test('interrupts a statement that never ends, and rolls its transaction back', async () => {
    const begun = Promise.withResolvers<void>();
    const { warehouse } = services;
    const endless = jobThat((run) =>
      run.warehouse.transaction(async (writer) => {
        await writer.query('create table unfinished as select 1 as one');
        begun.resolve();
        await writer.query('select sum(a.range * b.range % 7) as n from range(10000000) as a, range(10000000) as b');
      }),
    );
    const { finished } = await start(endless);
    const failed = expect(finished).rejects.toThrow(
      new Interrupted('The server was stopped while work-long was running; it runs the job again at its next start.'),
    );
    await begun.promise;
    expect(await stopRuns(services, AT_ONCE)).toEqual([]);
    await failed;
    expect(await runs()).toMatchObject([{ state: 'failed', interrupted_at: CLOSING, finished_at: CLOSING }]);
    expect(
      await warehouse.query("select 1 as one from information_schema.tables where table_name = 'unfinished'"),
    ).toEqual([]);
  });

  test.each<[string, (run: Run) => Promise<unknown>]>([
    ['its progress', async (run) => run.progress('one more')],
    ['the warehouse', (run) => run.warehouse.query('select 1 as one')],
    ['a transaction', (run) => run.warehouse.transaction((writer) => writer.query('select 1 as one'))],
  ])('interrupts a run when it next uses %s', async (_, step) => {
    const endless = async (run: Run): Promise<void> => {
      for (;;) {
        await step(run);
        await turn();
      }
    };
    const { finished } = await start(jobThat(endless));
    const failed = expect(finished).rejects.toThrow(Interrupted);
    expect(await stopRuns(services, AT_ONCE)).toEqual([]);
    await failed;
  });

  test.each([InvariantBroken, Rejected, Conflict])(
    'does not hide what a run found out while it ended: %o is stored, and the job is not run again',
    async (kind) => {
      const finding = new kind('Stripe has two transfers for po_1.');
      const job = jobThat(async (run) => {
        while (!run.interruption.aborted) await turn();
        throw finding;
      });
      const { finished } = await start(job);
      const failed = expect(finished).rejects.toBe(finding);
      expect(await stopRuns(services, AT_ONCE)).toEqual([]);
      await failed;
      expect(await runs()).toMatchObject([{ state: 'failed', error: finding.message, interrupted_at: null }]);
    },
  );

  test('abandons a run that reaches no safe point, and the run keeps its lease', async () => {
    const gate = Promise.withResolvers<void>();
    const { runId, finished } = await start(jobThat(() => gate.promise));
    expect(await stopRuns(services, WITHOUT_TIME)).toEqual([runId]);
    expect(await runs()).toMatchObject([{ state: 'running', interrupted_at: CLOSING }]);
    const next = asAnotherProcess();
    await recoverRuns(next, { onlyProcess: false });
    await expect(
      startJob(next, { job: jobThat(async () => undefined), period: january, startedBy: 'ben' }),
    ).rejects.toThrow(Conflict);
    gate.resolve();
    await finished;
  });
});

describe('the next start', () => {
  const left = (job: string, more: object) => {
    const run = { run_id: `run_${job}`, job, period: '', state: 'running', started_by: 'ada', started_at: CLOSING };
    return services.operational
      .insertInto('job_runs')
      .values({ ...run, lease_expires_at: '2999-01-01T00:00:00.000Z', interrupted_at: CLOSING, ...more } as never)
      .execute();
  };
  const again = async () =>
    (await runs())
      .filter(({ run_id }) => !['run_pull-stripe', 'run_load-events'].includes(run_id))
      .map(({ job, state, started_by, options }) => ({ job, state, started_by, options }));

  test('repeats an interrupted run once, with its options and its starter', async () => {
    const options = { from: '2026-01-30', to: '2026-01-31' };
    await left(pullFromStripe.name, { state: 'failed', options: JSON.stringify(options) });
    await left(loadEvents.name, { state: 'failed', interrupted_at: null });
    await resumeRuns(services, log);
    await resumeRuns(services, log);
    expect(await again()).toEqual([{ job: 'pull-stripe', state: 'done', started_by: 'ada', options }]);
  });

  test('leaves runs marked that it does not reach because the server is shutting down again', async () => {
    await left(loadEvents.name, { state: 'failed' });
    activeRunsIn(services.operational).close();
    await resumeRuns(services, log);
    expect(await runs()).toMatchObject([{ job: 'load-events', state: 'failed', interrupted_at: CLOSING }]);
    services = asAnotherProcess();
    await resumeRuns(services, log);
    expect(await again()).toMatchObject([{ job: 'load-events', state: 'done' }]);
  });

  test('repeats an abandoned run after its lease has expired', async () => {
    await left(loadEvents.name, {});
    await resumeRuns(services, log);
    expect(await again()).toEqual([]);
    await expireLeases(services.operational);
    await resumeRuns(services, log);
    expect(await again()).toEqual([{ job: 'load-events', state: 'done', started_by: 'ada', options: null }]);
  });

  test('repeats an interrupted scheduled run only by its schedule mark', async () => {
    const due = { job: loadEvents.name, next_due_at: CLOSING };
    await services.operational.insertInto('schedule_marks').values(due).execute();
    await left(loadEvents.name, { state: 'failed', started_by: 'schedule' });
    const schedule = await startSchedule(services, log);
    await schedule.caughtUp;
    await schedule.stop();
    expect(await again()).toMatchObject([{ job: 'load-events', state: 'done', started_by: 'schedule' }]);
  });
});

test('a scheduled run that is interrupted stays due', async () => {
  const due = { job: pullFromStripe.name, next_due_at: CLOSING };
  await services.operational.insertInto('schedule_marks').values(due).execute();
  const stopped = Promise.withResolvers<unknown>();
  harness.faults(() => {
    stopped.resolve(stopRuns(services, AT_ONCE));
    return undefined;
  });
  const schedule = await startSchedule(services, log);
  expect(await stopped.promise).toEqual([]);
  await schedule.caughtUp;
  await schedule.stop();
  const mark = services.operational.selectFrom('schedule_marks').selectAll().where('job', '=', pullFromStripe.name);
  expect(await mark.executeTakeFirst()).toEqual(due);
});
