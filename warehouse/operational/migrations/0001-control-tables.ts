import { type Kysely, sql } from 'kysely';

/** The first tables of the control store. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table job_runs (
    run_id text primary key, job text not null, period text not null,
    state text not null check (state in ('running', 'done', 'failed')),
    started_by text not null, started_at timestamptz not null, lease_expires_at timestamptz not null,
    finished_at timestamptz, progress text, outcome jsonb, error text)`,
  `create unique index job_runs_one_at_a_time on job_runs (job, period) where state = 'running'`,
  `create index job_runs_newest on job_runs (started_at desc)`,
  `create table schedule_marks (job text primary key, next_due_at timestamptz not null)`,
  `create table payout_batches (
    batch_id text primary key, period text not null unique,
    state text not null check (state in ('planned', 'approved', 'sent')),
    planned_by text not null, planned_at timestamptz not null, approved_by text, approved_at timestamptz,
    check (approved_by is null or approved_by <> planned_by))`,
  `create table payout_lines (
    payout_id text primary key, batch_id text not null references payout_batches, creator_id text not null,
    currency text not null, amount_minor bigint not null check (amount_minor >= 0), account_id_stripe text,
    reason text not null, body text, body_hash text,
    unique (batch_id, creator_id, currency),
    check ((reason = 'payable') = (body is not null and body_hash is not null and account_id_stripe is not null and amount_minor > 0)))`,
  `create table payout_log (
    entry bigint generated always as identity primary key, payout_id text not null references payout_lines,
    state text not null check (state in ('intent', 'sent', 'key_spent', 'failed')),
    attempt integer not null, logged_at timestamptz not null, transfer_id_stripe text, reason text)`,
  `create unique index payout_log_once on payout_log (payout_id, attempt, state)`,
  `create unique index payout_log_sent_once on payout_log (payout_id) where state = 'sent'`,
  `create table statement_documents (
    statement_id text primary key, creator_id text not null, period text not null, currency text not null,
    issued_at timestamptz not null, json_hash text not null, csv_hash text not null, xlsx_hash text not null,
    pdf_hash text not null, unique (creator_id, period, currency))`,
  `create table outbox (
    entry bigint generated always as identity primary key, message_id text not null unique, event text not null,
    properties jsonb not null, occurred_at timestamptz not null, sent_at timestamptz)`,
  `create index outbox_unsent on outbox (entry) where sent_at is null`,
  `create table api_keys (
    api_key_id text primary key, name text not null,
    role text not null check (role in ('creator', 'finance', 'analyst', 'operator')), creator_id text,
    secret_hash text not null, created_at timestamptz not null, revoked_at timestamptz,
    check ((role = 'creator') = (creator_id is not null)))`,
];
