import { type Kysely, sql } from 'kysely';

/**
 * What each reconciliation found: a break, what it was like from when on, and whose task it is. The history and the acknowledgements are
 * only added to.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATE = `break_class text not null, currency text not null, ledger_minor bigint, stripe_minor bigint,
    settled_currency text, settled_minor bigint, fee_minor bigint, state_digest text not null`;

const STATEMENTS = [
  `create table breaks_seen (
    period text not null, break_id text not null, ${STATE},
    first_seen_at timestamptz not null, last_seen_at timestamptz not null, cleared_at timestamptz, owner text,
    primary key (period, break_id))`,
  `create table break_history (
    entry bigint generated always as identity primary key,
    period text not null, break_id text not null,
    change text not null check (change in ('found', 'changed', 'cleared', 'found_again', 'assigned')),
    changed_at timestamptz not null, changed_by text not null, owner text, ${STATE},
    check (change <> 'assigned' or owner is not null))`,
  `create index break_history_of_break on break_history (period, break_id, entry)`,
  `create table break_acknowledgements (
    entry bigint generated always as identity primary key,
    period text not null, break_id text not null, ${STATE},
    sentence text not null check (sentence <> ''),
    acknowledged_by text not null, acknowledged_at timestamptz not null)`,
  `create index break_acknowledgements_of_break on break_acknowledgements (period, break_id, entry)`,
];
