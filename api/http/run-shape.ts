import type { Selectable } from 'kysely';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { JOBS } from '../../jobs/jobs.ts';
import { exactly } from '../../reports/exactly.ts';
import { NotFound } from '../../warehouse/errors.ts';
import type { JobRunsTable } from '../../warehouse/operational/schema.ts';
import { NullableText } from './schemas.ts';

export const JobName = Type.String({ enum: JOBS.map(({ name }) => name) });

export const RunState = Type.Enum(['running', 'done', 'failed']);

export const RunShape = exactly(
  {
    run_id: Type.String(),
    job: JobName,
    period: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Null for a job without a period.' }),
    state: RunState,
    started_by: Type.String({
      description: 'The name and id of an API key, or the name of the person at the command line.',
    }),
    started_at: Type.String({ format: 'date-time' }),
    finished_at: NullableText,
    progress: NullableText,
    outcome: Type.Unknown({ description: 'The result of the job; null until it is done.' }),
    error: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it failed, as one sentence.' }),
    stop_requested_by: { ...NullableText, description: 'Who has asked it to stop; it ends at its next safe point.' },
  },
  'One run of a job.',
);

export type RunResponse = Static<typeof RunShape>;

/** Throws `NotFound`. */
export async function requireRun({ operational }: Pick<Services, 'operational'>, runId: string): Promise<RunResponse> {
  const run = await operational.selectFrom('job_runs').selectAll().where('run_id', '=', runId).executeTakeFirst();
  if (!run) throw new NotFound(`There is no run ${JSON.stringify(runId)}.`);
  return responseOf(run);
}

export function responseOf(run: Selectable<JobRunsTable>): RunResponse {
  const { lease_expires_at: _, options: __, interrupted_at: ___, stop_requested_at: ____, period, ...response } = run;
  return { ...response, period: period === '' ? null : period };
}
