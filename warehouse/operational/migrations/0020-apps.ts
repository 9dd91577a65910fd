import { type Kysely, sql } from 'kysely';

/**
 * Partner apps (OAuth 2.1 clients), what people have allowed them, and their tokens. Columns have our names for what the OAuth provider of better-auth
 * 1.7 reads and writes; of its columns only those that we use are there. Tokens and secrets are stored as hashes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table apps (
    app_id text primary key, name text not null check (name <> ''), secret_hash text, auth_method text not null,
    redirect_uris jsonb not null, scopes jsonb not null, grant_types jsonb not null,
    created_by text not null check (created_by <> ''), created_at timestamptz not null,
    revoked_by text, revoked_at timestamptz,
    disabled boolean generated always as (revoked_at is not null) stored,
    check ((revoked_by is null) = (revoked_at is null)),
    check (auth_method in ('none', 'client_secret_basic')), check ((auth_method = 'none') = (secret_hash is null)))`,
  `create table app_consents (
    id text primary key, app_id text not null references apps, person_id text not null references people,
    account text not null, scopes jsonb not null, requested_claims jsonb,
    created_at timestamptz not null, updated_at timestamptz not null, unique (app_id, person_id, account))`,
  `create table app_refresh_tokens (
    id text primary key, token_hash text not null unique, app_id text not null references apps,
    session_id text, person_id text not null references people, account text not null, code_hash text,
    scopes jsonb not null, expires_at timestamptz not null, created_at timestamptz not null,
    revoked_at timestamptz, rotated_at timestamptz, authenticated_at timestamptz)`,
  `create table app_access_tokens (
    id text primary key, token_hash text not null unique, app_id text not null references apps,
    session_id text, person_id text not null references people, account text not null, code_hash text, refresh_id text,
    scopes jsonb not null, expires_at timestamptz not null, created_at timestamptz not null)`,
  ...['app_refresh_tokens', 'app_access_tokens'].flatMap((table) => [
    `create index ${table}_of_person on ${table} (person_id, app_id)`,
    `create index ${table}_of_app on ${table} (app_id)`,
    `create index ${table}_by_code on ${table} (code_hash)`,
  ]),
  `create index app_access_tokens_by_refresh on app_access_tokens (refresh_id)`,
];
