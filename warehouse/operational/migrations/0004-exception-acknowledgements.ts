import { type Kysely, sql } from 'kysely';

/** Who accepted that an exception stays in suspense at the end of a period, and why. The last one counts; the others are history. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table exception_acknowledgements (
    entry bigint generated always as identity primary key,
    period text not null, exception_id text not null, exception_reason text not null,
    fact_count bigint not null check (fact_count > 0),
    suspended_amount numeric(38, 9), currency text, units numeric(38, 9),
    facts_digest text not null, sentence text not null check (sentence <> ''),
    acknowledged_by text not null, acknowledged_at timestamptz not null)`,
  `create index exception_acknowledgements_of_period on exception_acknowledgements (period, exception_id, entry)`,
];
