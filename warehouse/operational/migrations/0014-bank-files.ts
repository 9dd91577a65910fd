import { type Kysely, sql } from 'kysely';

/**
 * Payouts by bank file: the bank accounts of creators, the files that were handed out with the payouts in them, and what banks have answered.
 * Account numbers are sealed. Rows are only added, but that the keys of sealed values may be wrapped anew. A payout is in one file at most, and
 * nothing is requested for it again: a rejected one is planned anew, with another id. Where no answer of the bank comes, a person other than the
 * exporter decides once what has become of a file.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const SEALED =
  'wrapped_key text not null, master_key_id text not null, nonce text not null, ciphertext text not null, tag text not null';
const HASH = `text not null check (%s ~ '^[0-9a-f]{64}$')`;
const hash = (column: string): string => `${column} ${HASH.replace('%s', column)}`;
const DAY = `~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;

const TABLES = [
  'bank_accounts',
  'bank_account_stops',
  'payout_files',
  'payout_file_lines',
  'payout_bank_messages',
  'payout_bank_answers',
  'bank_statements',
  'payout_file_resolutions',
] as const;

const STATEMENTS = [
  `create table bank_accounts (
    bank_account_id text primary key, creator_id text not null, version integer not null check (version > 0),
    payout_rail text not null check (payout_rail in ('sepa', 'ach')), currency text not null, country text not null,
    masked text not null check (masked <> ''), ${SEALED},
    recorded_by text not null check (recorded_by <> ''), recorded_at timestamptz not null,
    unique (creator_id, version))`,
  `create table bank_account_stops (
    bank_account_id text primary key references bank_accounts, reason_code text, sentence text not null check (sentence <> ''),
    stopped_by text not null, stopped_at timestamptz not null)`,
  `create table payout_files (
    file_id text primary key, batch_id text not null references payout_batches,
    payout_rail text not null check (payout_rail in ('sepa', 'ach')), number integer not null check (number > 0),
    order_id text not null unique, debtor text not null, execution_on text not null check (execution_on ${DAY}),
    currency text not null, payment_count integer not null check (payment_count > 0), amount_minor bigint not null check (amount_minor > 0),
    file_name text not null, ${hash('file_hash')}, byte_size bigint not null, ${SEALED},
    text_changes jsonb not null, created_by text not null, created_at timestamptz not null, run_id text not null,
    unique (batch_id, payout_rail, number))`,
  `create table payout_file_lines (
    payout_id text primary key references payout_lines, file_id text not null references payout_files,
    bank_reference text not null unique, trace text, amount_minor bigint not null check (amount_minor > 0),
    unique (file_id, trace))`,
  `create index payout_file_lines_of_file on payout_file_lines (file_id, payout_id)`,
  `create index payout_file_lines_of_trace on payout_file_lines (trace) where trace is not null`,
  `create table payout_bank_messages (
    ${hash('message_hash')} primary key, byte_size bigint not null, ${SEALED},
    received_by text not null, received_at timestamptz not null)`,
  `create table payout_bank_answers (
    entry bigint generated always as identity unique,
    ${hash('reference')} primary key, message_hash text not null references payout_bank_messages,
    kind text not null, about text not null, file_id text references payout_files, payout_id text references payout_lines,
    status text not null, reason_code text, reason text, amount_minor bigint, currency text, booked_on text check (booked_on ${DAY}),
    effect text not null check (effect in ('applied', 'none', 'for_person')), sentence text not null check (sentence <> ''),
    recorded_at timestamptz not null, run_id text not null)`,
  `create index payout_bank_answers_of_payout on payout_bank_answers (payout_id)`,
  `create table bank_statements (
    entry bigint generated always as identity unique,
    ${hash('statement_key')} primary key, message_hash text not null references payout_bank_messages,
    account text not null, statement_id text not null, sequence bigint, currency text not null,
    opening_minor bigint not null, closing_minor bigint not null, ours_minor bigint not null,
    others jsonb not null, warnings jsonb not null, recorded_at timestamptz not null)`,
  `create table payout_file_resolutions (
    file_id text primary key references payout_files, outcome text not null check (outcome in ('taken', 'never_taken')),
    sentence text not null check (sentence <> ''), resolved_by text not null check (resolved_by <> ''),
    resolved_at timestamptz not null, run_id text not null)`,
  `create function refuse_change_of_bank_rows() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and to_jsonb(old) - 'wrapped_key' - 'master_key_id' = to_jsonb(new) - 'wrapped_key' - 'master_key_id' then
      return new;
    end if;
    raise exception 'Rows of % are only added.', tg_table_name using errcode = 'TP003';
  end $$`,
  ...TABLES.map(
    (table) => `create trigger ${table}_only_added before update or delete on ${table}
    for each row execute function refuse_change_of_bank_rows()`,
  ),
  // A payout comes into a file right after its intent, in the same transaction, and only with the amount that was approved.
  `create function assert_line_of_file() returns trigger language plpgsql as $$
  declare
    last_state text;
  begin
    select state into last_state from payout_log where payout_id = new.payout_id order by entry desc limit 1;
    if last_state is distinct from 'intent' or not exists (
      select from payout_lines as line join payout_files as file on file.batch_id = line.batch_id and file.currency = line.currency
      where line.payout_id = new.payout_id and file.file_id = new.file_id and line.amount_minor = new.amount_minor)
    then
      raise exception 'The payout % cannot be in the file % now.', new.payout_id, new.file_id using errcode = 'TP002';
    end if;
    return new;
  end $$`,
  `create trigger payout_file_line before insert on payout_file_lines for each row execute function assert_line_of_file()`,
  // Another person than the exporter, only while payouts of the file have no answer, and never against what the bank has booked or pays.
  `create function assert_resolution_of_file() returns trigger language plpgsql as $$
  begin
    perform from payout_lines where payout_id in (select payout_id from payout_file_lines where file_id = new.file_id)
      order by payout_id for update;
    if exists (select from payout_files where file_id = new.file_id and lower(trim(created_by)) = lower(trim(new.resolved_by)))
      or not exists (
        select from payout_file_lines as line where line.file_id = new.file_id and not exists (
          select from payout_log as log where log.payout_id = line.payout_id
            and log.state in ('sent', 'failed', 'cancelled', 'confirmed', 'reversed')))
      or (new.outcome = 'never_taken' and (
        exists (
          select from payout_file_lines as line join payout_log as log on log.payout_id = line.payout_id
          where line.file_id = new.file_id and log.state in ('sent', 'confirmed', 'reversed'))
        or exists (
          select from payout_bank_answers where file_id = new.file_id and kind in ('pending', 'booked', 'returned', 'changed'))))
    then
      raise exception 'The bank file % cannot be resolved as % by % now.', new.file_id, new.outcome, new.resolved_by
        using errcode = 'TP002';
    end if;
    return new;
  end $$`,
  `create trigger payout_file_resolution before insert on payout_file_resolutions for each row execute function assert_resolution_of_file()`,
  // Whatever the sender of another rail believes: what is in a bank file is not requested again.
  `create function assert_not_in_file() returns trigger language plpgsql as $$
  begin
    if exists (select from payout_file_lines where payout_id = new.payout_id) then
      raise exception 'The payout % is in a bank file.', new.payout_id using errcode = 'TP002';
    end if;
    return new;
  end $$`,
  `create trigger payout_step_beside_file before insert on payout_log for each row when (new.state in ('intent', 'cancelled'))
    execute function assert_not_in_file()`,
];
