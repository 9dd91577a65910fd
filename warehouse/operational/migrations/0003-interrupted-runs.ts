import { type Kysely, sql } from 'kysely';

/** The columns that are needed to run an interrupted job again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table job_runs add column options jsonb, add column interrupted_at timestamptz').execute(db);
}
