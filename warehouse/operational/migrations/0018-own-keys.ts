import { type Kysely, sql } from 'kysely';

/** Keys that people make for themselves: for developers too, with scopes, an expiry, and two secrets while one takes the place of the other. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table api_keys
    drop constraint api_keys_role_check, drop constraint api_keys_check,
    add column developer_id text, add column person_id text references people, add column scopes text[],
    add column expires_at timestamptz, add column former_secret_hash text, add column former_ends_at timestamptz,
    add column last_used_at timestamptz, add column secret_made_at timestamptz,
    add check (role in ('creator', 'developer', 'finance', 'analyst', 'operator')),
    add check ((role = 'creator') = (creator_id is not null)),
    add check ((role = 'developer') = (developer_id is not null)),
    add check (former_ends_at is null or former_secret_hash is not null)`,
  'update api_keys set secret_made_at = created_at',
  'alter table api_keys alter column secret_made_at set not null',
  'create index api_keys_of_person on api_keys (person_id)',
];
