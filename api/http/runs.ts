import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Job, Services } from '../../jobs/job.ts';
import { JOBS, requireJob } from '../../jobs/jobs.ts';
import { startJob } from '../../jobs/run-job.ts';
import { stopRun } from '../../jobs/stop-run.ts';
import { exactly } from '../../reports/exactly.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { assertVerified, callerOf, requireActor } from '../auth/authenticate.ts';
import { type Caller, callerWithRoles } from '../auth/caller.ts';
import { mayStart, startersOf } from '../auth/permissions.ts';
import { problem } from './problems.ts';
import { JobName, RunShape, RunState, requireRun, responseOf } from './run-shape.ts';
import { ByPerson, PageQuery, PeriodText } from './schemas.ts';

const Start = exactly(
  {
    period: Type.Optional(PeriodText),
    options: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z_]{1,40}$' }), Type.String({ maxLength: 20_000 }), {
        description:
          'Further options of the job: for pull-stripe `from` and `to`, each a day or an instant in UTC; for ingest-files `address`, which an API key may only give below `TANTIEME_INGEST_FROM`, and `source`; for import-stripe-report `address`, with the same limit, `report`, `from` and `to`; for reverse-payout `payout_id` and `because`; for export-payouts `rail` (sepa or ach) and `execution_on`; for replay-rejected `reason` and `event`, as the quarantine has them; for resolve-bank-file `file_id`, `outcome` (taken or never_taken) and `because`; for file-tax-form `year`, `form` (us_1099_misc, us_1042_s, dac7 or generic), `because`, `refused`, the number of the last filing if the tax office has refused it as a whole, `payer_corrected` (true) once the IRS was told that the payer of the last filing was wrong, and `accepted`, a JSON array of creators whose last profile counts for the year, although it was recorded after it or after they were filed.',
      }),
    ),
    wait: Type.Boolean({ default: false, description: 'Whether to respond only when the run has ended.' }),
    by: ByPerson,
  },
  'The period and options of the run.',
);

/** A list of the jobs and the roles that may start them, as Markdown. */
const STARTERS = JOBS.map((job) => `- \`${job.name}\`: ${startersOf(job).join(' or ')}. ${job.meaning}`).join('\n');

const ListQuery = exactly(
  {
    job: Type.Optional(JobName),
    period: Type.Optional(PeriodText),
    state: Type.Optional(RunState),
    limit: PageQuery.limit,
  },
  'A filter for runs.',
);

/** Lists runs of jobs, and starts them. */
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
        response: { 200: exactly({ data: Type.Array(RunShape) }, 'The newest runs.') },
      },
    },
    async ({ query }) => {
      let runs = services.operational
        .selectFrom('job_runs')
        .selectAll()
        .orderBy('started_at', 'desc')
        .orderBy('run_id');
      if (query.job !== undefined) runs = runs.where('job', '=', query.job);
      if (query.period !== undefined) runs = runs.where('period', '=', query.period);
      if (query.state !== undefined) runs = runs.where('state', '=', query.state);
      return { data: (await runs.limit(query.limit).execute()).map(responseOf) };
    },
  );

  app.get(
    '/runs/:run_id',
    {
      config: { permission: 'runs:read' },
      schema: {
        operationId: 'getRun',
        tags: ['jobs'],
        summary: 'One run, with its progress or its result',
        params: Type.Object({ run_id: Type.String({ maxLength: 100 }) }),
        response: { 200: RunShape },
      },
    },
    async (request) => requireRun(services, request.params.run_id),
  );

  app.post(
    '/runs/:run_id/stop',
    {
      config: { permission: 'jobs:start' },
      schema: {
        operationId: 'stopRun',
        tags: ['jobs'],
        summary: 'Has a run end at its next safe point, as when the server is stopped; nothing runs it again by itself',
        description: 'For whoever may start the job. A run of another process ends within half a minute.',
        params: Type.Object({ run_id: Type.String({ maxLength: 100 }) }),
        body: exactly({ by: ByPerson }, 'Who stops it.'),
        response: { 202: RunShape },
      },
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request, reply) => {
      const { run_id: runId } = request.params;
      const caller = callerOf(request);
      const job = requireJob((await requireRun(services, runId)).job);
      if (!mayStart(caller, job)) return refused(reply, { caller, job });
      await stopRun(services, { runId, by: requireActor(caller, request.body.by) });
      return reply.code(202).send(await requireRun(services, runId));
    },
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
      const job = requireJob(request.params.job);
      if (!mayStart(caller, job)) return refused(reply, { caller, job });
      assertVerified(caller, { job: job.name });
      const { period, options, wait, by } = request.body;
      assertPeriodFits(job, period);
      const { runId, finished } = await startJob(services, {
        job,
        period: period === undefined ? undefined : parsePeriod(period),
        options: caller.kind === 'command line' ? options : (job.narrowOptions?.(options ?? {}, services) ?? options),
        startedBy: requireActor(caller, by),
      });
      finished.catch((error) => request.log.warn({ job: job.name, period }, messageOf(error)));
      if (wait) await finished;
      return reply
        .code(wait ? 200 : 202)
        .header('location', `/v1/runs/${runId}`)
        .send(await requireRun(services, runId));
    },
  );
};

const refused = (reply: FastifyReply, { caller, job }: { caller: Caller; job: Job }): FastifyReply =>
  problem(reply, 403, `${callerWithRoles(caller)}; ${job.name} needs the role ${startersOf(job).join(' or ')}.`);

function assertPeriodFits({ name, about }: Job, period: string | undefined): void {
  if (about === 'period' && period === undefined) throw new Rejected(`${name} needs a period; set period in the body.`);
  if (about === 'everything' && period !== undefined) {
    throw new Rejected(`${name} takes no period; leave period out of the body.`);
  }
}
