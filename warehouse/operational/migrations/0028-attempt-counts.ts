import { type Kysely, sql } from 'kysely';

/** Requests and log-ins of everybody who is limited, counted for all processes together. They need not survive a crash of the store, so they cost it little. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create unlogged table attempt_counts (
    counter_hash text primary key check (counter_hash ~ '^[0-9a-f]{64}$'), count integer not null check (count > 0),
    window_ends_at timestamptz not null)`,
  `create index attempt_counts_ended on attempt_counts (window_ends_at)`,
];
