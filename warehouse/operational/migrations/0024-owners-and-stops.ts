import { type Kysely, sql } from 'kysely';

/**
 * Who works on an exception, in whichever months it appears; the last one counts. Who has asked a run to stop. Under which name a member of a creator was
 * invited: the one that a person has elsewhere would tell that the address is registered.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table exception_owners (
    entry bigint generated always as identity primary key,
    exception_id text not null, owner text not null check (owner <> ''),
    assigned_by text not null, assigned_at timestamptz not null)`,
  `create index exception_owners_of_exception on exception_owners (exception_id, entry)`,
  'alter table person_roles add column invited_as text',
  'alter table job_runs add column stop_requested_by text, add column stop_requested_at timestamptz',
];
