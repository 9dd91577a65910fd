import { type Kysely, sql } from 'kysely';

/**
 * Agreements to self-billing, the data of businesses that are on invoices, and the invoices themselves: each is stored with its number, in the
 * sequence of its supplier, before it is rendered. Rows are only added.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const APPEND_ONLY = ['self_billing_agreements', 'billing_profiles', 'invoices', 'invoice_answers'] as const;

const DAY = `~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;

const STATEMENTS = [
  `create table self_billing_agreements (
    entry bigint generated always as identity primary key,
    creator_id text not null check (creator_id <> ''), agreement_version text not null check (agreement_version <> ''),
    text_hash text not null check (text_hash ~ '^[0-9a-f]{64}$'),
    agreed_on text not null check (agreed_on ${DAY}), ended_on text check (ended_on ${DAY} and ended_on >= agreed_on),
    recorded_by text not null check (recorded_by <> ''), recorded_at timestamptz not null)`,
  `create index self_billing_agreements_of_creator on self_billing_agreements (creator_id, entry)`,
  `create table billing_profiles (
    party_kind text not null check (party_kind in ('creator', 'developer')), party_id text not null check (party_id <> ''),
    version integer not null check (version > 0), business jsonb not null,
    recorded_by text not null check (recorded_by <> ''), recorded_at timestamptz not null,
    primary key (party_kind, party_id, version))`,
  `create table invoices (
    entry bigint generated always as identity unique,
    invoice_id text primary key, document_kind text not null check (document_kind <> ''),
    supplier text not null check (supplier <> ''), sequence integer not null check (sequence > 0),
    number text not null check (number <> ''), issued_on text not null check (issued_on ${DAY}),
    subject text not null check (subject <> ''), period text not null check (period ~ '^[0-9]{4}-[0-9]{2}$'),
    currency text not null check (currency <> ''), content text not null check (content <> ''), drawn_at timestamptz not null,
    unique (supplier, sequence), unique (supplier, number))`,
  `create index invoices_of_period on invoices (period, document_kind, entry)`,
  `create table invoice_answers (
    entry bigint generated always as identity primary key,
    invoice_id text not null references invoices, answer text not null check (answer in ('accepted', 'disputed')),
    because text check (because <> ''), answered_by text not null check (answered_by <> ''),
    answered_at timestamptz not null, check (answer = 'accepted' or because is not null))`,
  `create index invoice_answers_of_invoice on invoice_answers (invoice_id, entry)`,
  `create function refuse_change_of_invoices() returns trigger language plpgsql as
    $$ begin raise exception 'Rows of % are only added.', tg_table_name; end $$`,
  `create function refuse_gap_between_invoices() returns trigger language plpgsql as
    $$ begin
      if new.sequence <> 1 and not exists (
        select 1 from invoices where supplier = new.supplier and sequence = new.sequence - 1
      ) then raise exception 'The invoice before % of % is missing.', new.sequence, new.supplier; end if;
      return new;
    end $$`,
  `create trigger invoices_without_gap before insert on invoices
    for each row execute function refuse_gap_between_invoices()`,
  ...APPEND_ONLY.map(
    (table) => `create trigger ${table}_only_added before update or delete on ${table}
    for each row execute function refuse_change_of_invoices()`,
  ),
];
