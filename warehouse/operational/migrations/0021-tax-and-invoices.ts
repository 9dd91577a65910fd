import { type Kysely, sql } from 'kysely';

/**
 * Cancelled invoices with the credit notes that cancel them, and where the other party has answered an invoice if somebody else has recorded it. Of
 * credit notes, a month may have several: one for each month of which it takes something back, and those that cancel. An erasure empties billing profiles
 * and bank accounts, whose keys it deletes. Requests to open the numbers of a whole tax year are released once, by somebody else.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table invoice_cancellations (
    invoice_id text primary key references invoices, credit_note_id text not null unique references invoices,
    because text not null check (because <> ''), cancelled_by text not null check (cancelled_by <> ''),
    cancelled_at timestamptz not null, check (invoice_id <> credit_note_id))`,
  `create trigger invoice_cancellations_only_added before update or delete on invoice_cancellations
    for each row execute function refuse_change_of_invoices()`,
  `alter table invoice_answers add column reference text check (reference <> '')`,
  `drop index documents_first`,
  `create unique index documents_first on documents (kind, period, subject, currency, format)
    where supersedes is null and kind not in ('credit_note', 'self_billed_credit_note')`,
  `create function refuse_change_of_billing_profiles() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and new.business = 'null' and to_jsonb(old) - 'business' = to_jsonb(new) - 'business' then return new; end if;
    raise exception 'Rows of % are only added.', tg_table_name;
  end $$`,
  `drop trigger billing_profiles_only_added on billing_profiles`,
  `create trigger billing_profiles_only_added before update or delete on billing_profiles
    for each row execute function refuse_change_of_billing_profiles()`,
  `create function refuse_change_of_bank_accounts() returns trigger language plpgsql as $$
  declare
    changed text[] := array['wrapped_key', 'master_key_id'];
  begin
    if tg_op = 'UPDATE' and old.master_key_id <> 'erased' then
      if new.master_key_id = 'erased' and new.wrapped_key = '' then changed := changed || 'masked'::text; end if;
      if to_jsonb(old) - changed = to_jsonb(new) - changed then return new; end if;
    end if;
    raise exception 'Rows of % are only added.', tg_table_name using errcode = 'TP003';
  end $$`,
  `drop trigger bank_accounts_only_added on bank_accounts`,
  `create trigger bank_accounts_only_added before update or delete on bank_accounts
    for each row execute function refuse_change_of_bank_accounts()`,
  `create table tax_year_openings (
    entry bigint generated always as identity unique, opening_id text primary key,
    year text not null check (year ~ '^20[0-9]{2}$'), form text not null check (form <> ''), because text not null check (because <> ''),
    requested_by text not null check (requested_by <> ''), requested_at timestamptz not null,
    released_by text check (lower(trim(released_by)) <> lower(trim(requested_by))), released_at timestamptz,
    check ((released_by is null) = (released_at is null)))`,
  `create function refuse_change_of_tax_year_openings() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.released_at is null and new.released_at is not null
      and to_jsonb(old) - array['released_by', 'released_at'] = to_jsonb(new) - array['released_by', 'released_at']
    then return new; end if;
    raise exception 'Rows of % are only added.', tg_table_name;
  end $$`,
  `create trigger tax_year_openings_only_added before update or delete on tax_year_openings
    for each row execute function refuse_change_of_tax_year_openings()`,
];
