import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Selectable } from 'kysely';
import { type Static, Type } from 'typebox';
import type { Job, Services } from '../../jobs/job.ts';
import { JOBS, jobNamed } from '../../jobs/jobs.ts';
import { startJob } from '../../jobs/run-job.ts';
import { messageOf, NotFound, Rejected } from '../../warehouse/errors.ts';
import type { JobRunsTable } from '../../warehouse/operational/schema.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { callerOf } from '../auth/authenticate.ts';
import type { Caller } from '../auth/keys.ts';
import { startersOf } from '../auth/permissions.ts';
import { problem } from './problems.ts';
import { exactly, NullableText, PageQuery, PeriodText } from './schemas.ts';

const JobName = Type.String({ enum: JOBS.map(({ name }) => name) });

const RunShape = exactly(
  {
    run_id: Type.String(),
    job: JobName,
    period: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Null for a job about no period.' }),
    state: Type.Enum(['running', 'done', 'failed']),
    started_by: Type.String({ description: 'The name of a key with its id, or of the one at the command line.' }),
    started_at: Type.String({ format: 'date-time' }),
    finished_at: NullableText,
    progress: NullableText,
    outcome: Type.Unknown({ description: 'What it ended with; null before.' }),
    error: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it failed, as one sentence.' }),
  },
  'One attempt to do a job.',
);

type RunAnswer = Static<typeof RunShape>;

const Start = exactly(
  {
    period: Type.Optional(PeriodText),
    options: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z_]{1,40}$' }), Type.String({ maxLength: 2048 }), {
        description:
          'What the job takes besides: for pull-stripe `from` and `to`, a day or an instant in UTC; for ingest-files `address` and `source`.',
      }),
    ),
    wait: Type.Boolean({ default: false, description: 'Answer only when the run has ended.' }),
    by: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'The person at the command line; with its own key alone.',
      }),
    ),
  },
  'What to do.',
);

/** Who may start what, for people. */
const STARTERS = JOBS.map((job) => `- \`${job.name}\`: ${startersOf(job).join(' or ')}. ${job.meaning}`).join('\n');

const ListQuery = exactly({ job: Type.Optional(JobName), limit: PageQuery.limit }, 'Which runs.');

/** Runs of jobs, and their start. */
export const runRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/runs',
    {
      config: { permission: 'runs:read' },
      schema: {
        operationId: 'listRuns',
        tags: ['jobs'],
        summary: 'The runs of jobs, newest first',
        querystring: ListQuery,
        response: { 200: exactly({ data: Type.Array(RunShape) }, 'The newest of them.') },
      },
    },
    async ({ query }) => {
      let runs = services.operational
        .selectFrom('job_runs')
        .selectAll()
        .orderBy('started_at', 'desc')
        .orderBy('run_id');
      if (query.job !== undefined) runs = runs.where('job', '=', query.job);
      return { data: (await runs.limit(query.limit).execute()).map(answerOf) };
    },
  );

  app.get(
    '/runs/:run_id',
    {
      config: { permission: 'runs:read' },
      schema: {
        operationId: 'getRun',
        tags: ['jobs'],
        summary: 'One run: how far it is, or how it ended',
        params: Type.Object({ run_id: Type.String({ maxLength: 100 }) }),
        response: { 200: RunShape },
      },
    },
    async (request) => runOf(services, request.params.run_id),
  );

  app.post(
    '/jobs/:job/runs',
    {
      config: { permission: 'jobs:start' },
      schema: {
        operationId: 'startJob',
        tags: ['jobs'],
        summary: 'Starts a job',
        description: STARTERS,
        params: Type.Object({ job: Type.String({ maxLength: 100 }) }),
        body: Start,
        response: { 200: RunShape, 202: RunShape },
      },
      preValidation: async (request) => {
        request.body ??= { wait: false };
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const job = jobNamed(request.params.job);
      const starters = startersOf(job);
      if (!starters.includes(caller.role)) {
        const needed = starters.join(' or ');
        return problem(reply, 403, `The key ${caller.name} has the role ${caller.role}; ${job.name} needs ${needed}.`);
      }
      const { period, options, wait, by } = request.body;
      assertPeriodFits(job, period);
      const { runId, finished } = await startJob(services, {
        job,
        period: period === undefined ? undefined : parsePeriod(period),
        options,
        startedBy: starterOf(caller, by),
      });
      finished.catch((error) => request.log.warn({ job: job.name, period }, messageOf(error)));
      if (wait) await finished;
      return reply
        .code(wait ? 200 : 202)
        .header('location', `/v1/runs/${runId}`)
        .send(await runOf(services, runId));
    },
  );
};

/** The id makes it one key's, so that no second key passes for another person by its name. */
function starterOf(caller: Caller, by: string | undefined): string {
  if (caller.isCommandLine) return by ?? caller.name;
  if (by !== undefined)
    throw new Rejected('by in the body is for the command line alone; a run is started by its key.');
  return `${caller.name} (${caller.apiKeyId})`;
}

function assertPeriodFits({ name, about }: Job, period: string | undefined): void {
  if (about === 'period' && period === undefined)
    throw new Rejected(`${name} is about a period; the body lacks period.`);
  if (about === 'everything' && period !== undefined) {
    throw new Rejected(`${name} is about no period; leave period out of the body.`);
  }
}

async function runOf({ operational }: Services, runId: string): Promise<RunAnswer> {
  const run = await operational.selectFrom('job_runs').selectAll().where('run_id', '=', runId).executeTakeFirst();
  if (!run) throw new NotFound(`There is no run ${JSON.stringify(runId)}.`);
  return answerOf(run);
}

function answerOf(run: Selectable<JobRunsTable>): RunAnswer {
  const { lease_expires_at: _, options: __, interrupted_at: ___, period, ...answer } = run;
  return { ...answer, period: period === '' ? null : period };
}
