import { type Kysely, sql } from 'kysely';

/** Who accepted that an exception stays in suspense at the end of a period, and why. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLE).execute(db);
}

const TABLE = `create table exception_acknowledgements (
  period text not null, exception_id text not null, exception_reason text not null,
  fact_count bigint not null check (fact_count > 0),
  suspended_amount numeric(38, 9), currency text, units numeric(38, 9),
  sentence text not null check (sentence <> ''),
  acknowledged_by text not null, acknowledged_at timestamptz not null,
  primary key (period, exception_id))`;
