import { type Kysely, sql } from 'kysely';

/**
 * Records that may be deleted once the law no longer requires them: documents, bank files and messages of banks. A deletion is recorded for good with
 * the hash of what was deleted, and then with the time when its file was; the record's own row stays. A hold keeps what it names, until somebody releases it. An invoice loses its parties,
 * a bank file and a message the key and the bytes, only once the deletion is recorded.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const month = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM')`;

const STATEMENTS = [
  `create table record_deletions (
    record_kind text not null check (record_kind in ('document', 'bank_file', 'bank_message')), record_id text not null,
    kind text not null, period text not null, hash text not null check (hash ~ '^[0-9a-f]{64}$'),
    reason text not null check (reason <> ''), deleted_by text not null check (deleted_by <> ''), deleted_at timestamptz not null,
    file_deleted_at timestamptz, primary key (record_kind, record_id))`,
  `create index record_deletions_of_hash on record_deletions (hash)`,
  `create index record_deletions_with_file on record_deletions (hash) where file_deleted_at is null`,
  `create index documents_of_hash on documents (hash)`,
  `create index documents_of_content on documents (content_id)`,
  `create function refuse_change_of_record_deletions() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.file_deleted_at is null and new.file_deleted_at is not null
      and to_jsonb(old) - 'file_deleted_at' = to_jsonb(new) - 'file_deleted_at'
    then return new; end if;
    raise exception 'Rows of % are only added.', tg_table_name;
  end $$`,
  `create trigger record_deletions_only_added before update or delete on record_deletions
    for each row execute function refuse_change_of_record_deletions()`,
  `create table record_holds (
    hold_id text primary key, kind text check (kind <> ''), subject text check (subject <> ''),
    period text check (period ~ '^[0-9]{4}(-[0-9]{2})?$'), because text not null check (because <> ''),
    placed_by text not null check (placed_by <> ''), placed_at timestamptz not null,
    released_by text check (released_by <> ''), released_at timestamptz, released_because text check (released_because <> ''),
    check ((released_by is null) = (released_at is null) and (released_by is null) = (released_because is null)))`,
  `create function refuse_change_of_record_holds() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.released_at is null and new.released_at is not null
      and to_jsonb(old) - array['released_by', 'released_at', 'released_because']
        = to_jsonb(new) - array['released_by', 'released_at', 'released_because']
    then return new; end if;
    raise exception 'Rows of % are only added.', tg_table_name;
  end $$`,
  `create trigger record_holds_only_added before update or delete on record_holds
    for each row execute function refuse_change_of_record_holds()`,
  // What is about all may name whoever a hold is about; a year has its months, and a month is part of its year.
  `create function is_record_held(of_kind text, of_subject text, of_period text) returns boolean language sql stable as $$
    select exists (
      select from record_holds
      where released_at is null and (kind is null or kind = of_kind)
        and (subject is null or subject = of_subject or of_subject = 'platform')
        and (period is null or period like of_period || '%' or of_period like period || '%'))
  $$`,
  `create view stored_records as
  with records as (
    select 'document' as record_kind, document_id as record_id, kind, subject, period, hash, issued_at as recorded_at from documents
    union all
    select 'bank_file', file_id, 'bank_file', 'platform', period, file_hash, created_at from payout_files join payout_batches using (batch_id)
    union all
    select 'bank_message', message_hash, 'bank_message', 'platform', ${month('received_at')}, message_hash, received_at from payout_bank_messages
  ),
  -- Of the first file that a hold on messages reaches by its period: every message since may be about it.
  held_since as (
    select min(created_at) as at from payout_files join payout_batches using (batch_id)
    where is_record_held('bank_message', 'platform', period)
  ),
  waiting_files as (
    select distinct line.file_id from payout_file_lines as line
    where not exists (
        select from payout_log as log
        where log.payout_id = line.payout_id and log.state in ('sent', 'failed', 'cancelled', 'confirmed', 'reversed'))
      and not exists (select from payout_file_resolutions as resolution where resolution.file_id = line.file_id)
  )
  select *, extract(year from recorded_at at time zone 'UTC')::integer as recorded_year,
    is_record_held(kind, subject, period)
      or (record_kind = 'bank_message' and coalesce(recorded_at >= (select at from held_since), false))
      or (record_kind = 'bank_file' and record_id in (select file_id from waiting_files)) as is_held
  from records
  where not exists (
    select from record_deletions as deletion
    where deletion.record_kind = records.record_kind and deletion.record_id = records.record_id)`,
  // Without those of which only some formats are left: two batches may delete them.
  `create or replace view issued_statements as
  select
    content_id as statement_id, subject as creator_id, period, currency, min(issued_at) as issued_at,
    max(hash) filter (where format = 'json') as json_hash, max(hash) filter (where format = 'csv') as csv_hash,
    max(hash) filter (where format = 'xlsx') as xlsx_hash, max(hash) filter (where format = 'pdf') as pdf_hash
  from documents
  where kind = 'statement'
    and not exists (select 1 from documents as later where later.supersedes = documents.document_id)
  group by content_id, subject, period, currency
  having not bool_or(exists (
    select 1 from record_deletions as deletion
    where deletion.record_kind = 'document' and deletion.record_id = documents.document_id))`,
  `create or replace function refuse_change_of_bank_rows() returns trigger language plpgsql as $$
  declare
    changed text[] := array['wrapped_key', 'master_key_id'];
    given jsonb := to_jsonb(new);
  begin
    if tg_op = 'UPDATE' and tg_table_name in ('payout_files', 'payout_bank_messages')
      and given->>'master_key_id' = 'erased' and given->>'wrapped_key' = '' and given->>'ciphertext' = ''
      and exists (
        select from record_deletions
        where record_kind = case tg_table_name when 'payout_files' then 'bank_file' else 'bank_message' end
          and record_id = coalesce(given->>'file_id', given->>'message_hash'))
    then changed := changed || array['nonce', 'ciphertext', 'tag']; end if;
    if tg_op = 'UPDATE' and to_jsonb(old) - changed = given - changed then return new; end if;
    raise exception 'Rows of % are only added.', tg_table_name using errcode = 'TP003';
  end $$`,
  `create function refuse_change_of_drawn_invoices() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and to_jsonb(old) - 'content' = to_jsonb(new) - 'content'
      and old.content::jsonb - array['supplier', 'customer'] = new.content::jsonb - array['supplier', 'customer'] and exists (
      select from documents join record_deletions on record_kind = 'document' and record_id = document_id
      where content_id = old.invoice_id)
    then return new; end if;
    raise exception 'Rows of % are only added.', tg_table_name;
  end $$`,
  `drop trigger invoices_only_added on invoices`,
  `create trigger invoices_only_added before update or delete on invoices
    for each row execute function refuse_change_of_drawn_invoices()`,
];
