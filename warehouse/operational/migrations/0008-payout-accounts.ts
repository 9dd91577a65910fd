import { type Kysely, sql } from 'kysely';

/**
 * The connected accounts that we have created: what was requested from Stripe and why it was refused, what was created, and each change of
 * an account that we have reported. Rows are only added.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const TABLES = [
  'payout_account_requests',
  'payout_account_refusals',
  'payout_accounts',
  'payout_account_states',
] as const;

const STATEMENTS = [
  `create table payout_account_requests (
    creator_id text not null, sequence integer not null check (sequence > 0), body text not null,
    requested_by text not null, requested_at timestamptz not null,
    primary key (creator_id, sequence))`,
  `create table payout_account_refusals (
    creator_id text not null, sequence integer not null, reason text not null check (reason <> ''), refused_at timestamptz not null,
    primary key (creator_id, sequence), foreign key (creator_id, sequence) references payout_account_requests)`,
  `create table payout_accounts (
    account_id_stripe text primary key, creator_id text not null, sequence integer not null, country text not null,
    created_by text not null, created_at timestamptz not null,
    unique (creator_id, sequence), foreign key (creator_id, sequence) references payout_account_requests)`,
  `create table payout_account_states (
    account_id_stripe text not null references payout_accounts, number integer not null check (number > 0),
    account_status text not null check (account_status in ('active', 'restricted', 'closed')), read_at timestamptz not null,
    primary key (account_id_stripe, number))`,
  `create function refuse_change_of_payout_accounts() returns trigger language plpgsql as
    $$ begin raise exception 'Rows of % are only added.', tg_table_name; end $$`,
  ...TABLES.map(
    (table) => `create trigger ${table}_only_added before update or delete on ${table}
    for each row execute function refuse_change_of_payout_accounts()`,
  ),
];
