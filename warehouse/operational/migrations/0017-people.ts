import { type Kysely, sql } from 'kysely';

/**
 * Who may log in, what each may do, and what anybody did. The columns of `people`, `sessions`, `linked_accounts` and `verifications` are those
 * that better-auth 1.7 reads and writes, under our names; its tables all have a key called `id`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table people (
    id text primary key, name text not null check (name <> ''), email text not null unique check (email = lower(email)),
    email_verified boolean not null, image text, locale text not null default 'en',
    created_at timestamptz not null, updated_at timestamptz not null)`,
  `create table sessions (
    id text primary key, token text not null unique, person_id text not null references people,
    expires_at timestamptz not null, created_at timestamptz not null, updated_at timestamptz not null,
    ip_address text, user_agent text, verified_at timestamptz)`,
  `create index sessions_of_person on sessions (person_id)`,
  `create table linked_accounts (
    id text primary key, account_id text not null, provider_id text not null, person_id text not null references people,
    access_token text, refresh_token text, id_token text, access_token_expires_at timestamptz, refresh_token_expires_at timestamptz,
    scope text, password text, created_at timestamptz not null, updated_at timestamptz not null)`,
  `create table verifications (
    id text primary key, identifier text not null, value text not null,
    expires_at timestamptz not null, created_at timestamptz not null, updated_at timestamptz not null)`,
  `create index verifications_by_identifier on verifications (identifier)`,
  `create table person_roles (
    entry bigint generated always as identity primary key,
    person_id text not null references people,
    role text not null check (role in ('creator', 'developer', 'finance', 'approver', 'analyst', 'operator', 'admin')),
    subject_id text not null default '',
    granted_by text not null check (granted_by <> ''), granted_at timestamptz not null,
    revoked_by text, revoked_at timestamptz,
    check ((role in ('creator', 'developer')) = (subject_id <> '')), check ((revoked_by is null) = (revoked_at is null)))`,
  `create unique index person_roles_once on person_roles (person_id, role, subject_id) where revoked_at is null`,
  `create table second_factors (
    person_id text primary key references people, sealed_secret text not null,
    confirmed_at timestamptz, last_step bigint not null default 0,
    failure_count integer not null default 0, locked_until timestamptz)`,
  `create table audit_log (
    entry bigint generated always as identity primary key,
    done_at timestamptz not null, done_by text not null check (done_by <> ''), actor_id text not null, actor_kind text not null,
    act text not null check (act <> ''), subject text not null, status integer not null,
    address text, request_id text)`,
  `create index audit_log_by_actor on audit_log (actor_id, entry)`,
  `create index audit_log_by_subject on audit_log (subject, entry)`,
  `create function refuse_change_of_audit_log() returns trigger language plpgsql as
    $$ begin raise exception 'Rows of % are only added.', tg_table_name; end $$`,
  `create trigger audit_log_only_added before update or delete on audit_log
    for each row execute function refuse_change_of_audit_log()`,
  `create trigger audit_log_not_emptied before truncate on audit_log
    for each statement execute function refuse_change_of_audit_log()`,
];
