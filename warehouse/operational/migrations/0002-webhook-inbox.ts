import { type Kysely, sql } from 'kysely';

/** Stripe's events as received, and the processing state of each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table stripe_inbox (
    event_id text primary key, entry bigint generated always as identity unique,
    kind text not null check (kind in ('snapshot', 'thin')), type text not null, object_type text, object_id text,
    account_id_stripe text, created_at timestamptz not null, received_at timestamptz not null, api_version text,
    body text not null, recorded_at timestamptz,
    state text not null check (state in ('waiting', 'fetched', 'deleted', 'ignored')),
    processed_at timestamptz, attempt_count integer not null check (attempt_count >= 0), reason text,
    check ((object_id is null) = (object_type is null)),
    check ((state = 'waiting') = (processed_at is null)),
    check (state not in ('deleted', 'ignored') or reason is not null))`,
  `create index stripe_inbox_unrecorded on stripe_inbox (entry) where recorded_at is null`,
  `create index stripe_inbox_waiting on stripe_inbox (attempt_count, entry) where state = 'waiting'`,
];
