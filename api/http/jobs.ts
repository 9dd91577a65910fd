import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { JOBS } from '../../jobs/jobs.ts';
import { cronOn, SCHEDULES } from '../../jobs/schedule.ts';
import { exactly } from '../../reports/exactly.ts';
import { needsSecondFactor, startersOf } from '../auth/permissions.ts';
import { ROLES } from '../auth/roles.ts';
import { JobName, type RunResponse, RunShape, responseOf } from './run-shape.ts';
import { NullableText } from './schemas.ts';

const Schedule = exactly(
  {
    cron: Type.String({ description: 'When it runs: a cron expression, in UTC.' }),
    months: Type.Union([Type.Enum(['unclosed', 'closed', 'unsettled']), Type.Null()], {
      description:
        'For which months: the earliest that has ended and is not closed, the latest closed one, or all whose comparison with Stripe is not settled; null for a job without a period.',
    }),
    next_due_at: {
      ...NullableText,
      description: 'When it runs next; null if no process has started the schedule yet.',
    },
  },
  'The schedule of a job.',
);

const JobShape = exactly(
  {
    job: JobName,
    meaning: Type.String(),
    about: Type.Enum(['period', 'everything'], { description: 'Whether a run is about one period.' }),
    takes_options: Type.Boolean(),
    starters: Type.Array(Type.Enum([...ROLES]), { description: 'The roles that may start it.' }),
    needs_second_factor: Type.Boolean({ description: 'Whether a person must give a second factor first.' }),
    schedule: Type.Union([Schedule, Type.Null()]),
    last_run: Type.Union([RunShape, Type.Null()], {
      description: 'The run that was started last, without its outcome.',
    }),
  },
  'A job, when it runs, and its last run.',
);

/** The jobs, with their schedules. */
export const jobRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/jobs',
    {
      config: { permission: 'runs:read' },
      schema: {
        ...{ operationId: 'listJobs', tags: ['jobs'] },
        summary:
          'All jobs, in the order in which a month needs them: who may start each, its schedule and its last run',
        response: { 200: exactly({ data: Type.Array(JobShape) }, 'All jobs.') },
      },
    },
    async () => {
      const [last, due] = [await lastRuns(services), await dueTimes(services)];
      return {
        data: JOBS.map((job) => {
          const schedule = SCHEDULES.find((each) => each.job.name === job.name);
          return {
            ...{ job: job.name, meaning: job.meaning, about: job.about },
            takes_options: job.readOptions !== undefined,
            starters: [...startersOf(job)],
            needs_second_factor: needsSecondFactor({ job: job.name }),
            schedule: schedule
              ? {
                  cron: cronOn(services.warehouse, schedule),
                  months: schedule.month ?? null,
                  next_due_at: due.get(job.name) ?? null,
                }
              : null,
            last_run: last.get(job.name) ?? null,
          };
        }),
      };
    },
  );
};

async function lastRuns({ operational }: Services): Promise<ReadonlyMap<string, RunResponse>> {
  const runs = await operational
    .selectFrom('job_runs')
    .distinctOn('job')
    .selectAll()
    .orderBy('job')
    .orderBy('started_at', 'desc')
    .orderBy('run_id')
    .execute();
  return new Map(runs.map((run) => [run.job, { ...responseOf(run), outcome: null }]));
}

async function dueTimes({ operational }: Services): Promise<ReadonlyMap<string, string>> {
  const marks = await operational.selectFrom('schedule_marks').selectAll().execute();
  return new Map(marks.map(({ job, next_due_at }) => [job, next_due_at]));
}
