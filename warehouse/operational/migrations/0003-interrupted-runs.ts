import { type Kysely, sql } from 'kysely';

/** What is needed to run a job again whose server was stopped. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table job_runs add column options jsonb, add column interrupted_at timestamptz').execute(db);
}
