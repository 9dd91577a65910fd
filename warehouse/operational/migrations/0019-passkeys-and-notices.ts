import { type Kysely, sql } from 'kysely';

/**
 * Passkeys of people, the challenges that they sign, and the notices that people are mailed. Identities at the provider of single sign-on belong to one person. The language of a person is empty until a browser or
 * the person has named one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table passkeys (
    passkey_id text primary key, person_id text not null references people, name text not null check (name <> ''),
    credential_id text not null unique, public_key text not null, counter bigint not null, transports text not null,
    created_at timestamptz not null, last_used_at timestamptz)`,
  `create index passkeys_of_person on passkeys (person_id)`,
  `create table passkey_challenges (challenge text primary key, session_id text not null, expires_at timestamptz not null)`,
  `alter table people alter column locale drop not null`,
  `alter table people alter column locale drop default`,
  `update people set locale = null`,
  `create table notice_choices (
    person_id text not null references people, kind text not null, is_on boolean not null, primary key (person_id, kind))`,
  `create table notices (
    entry bigint generated always as identity primary key,
    kind text not null check (kind <> ''), cause text not null check (cause <> ''), person_id text not null references people,
    address text not null, subject text not null, body text not null, path text not null,
    queued_at timestamptz not null, due_at timestamptz not null, attempt_count integer not null default 0,
    sent_at timestamptz, error text, unique (kind, cause, person_id))`,
  `create index notices_due on notices (due_at) where sent_at is null`,
  `create unique index linked_accounts_once on linked_accounts (provider_id, account_id)`,
  `create table notice_marks (source text primary key, read_until_at timestamptz not null)`,
];
