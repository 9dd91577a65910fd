import { type Kysely, sql } from 'kysely';

/** One table of everything that is issued. The statements move into it, a row for each of their four formats, under the ids and hashes they have. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const KEY = 'kind, subject, period, currency, format';

const STATEMENTS = [
  `create table documents (
    entry bigint generated always as identity unique,
    document_id text primary key,
    kind text not null check (kind <> ''), subject text not null check (subject <> ''),
    period text not null check (period ~ '^[0-9]{4}(-[0-9]{2})?$'), currency text not null,
    format text not null check (format <> ''), content_id text not null check (content_id <> ''),
    file_name text not null check (file_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'), hash text not null check (hash ~ '^[0-9a-f]{64}$'),
    byte_size bigint check (byte_size >= 0), issued_at timestamptz not null,
    supersedes text check (supersedes <> document_id),
    unique (document_id, ${KEY}), unique (content_id, format),
    foreign key (supersedes, ${KEY}) references documents (document_id, ${KEY}))`,
  `create unique index documents_first on documents (kind, period, subject, currency, format) where supersedes is null`,
  `create unique index documents_superseded_once on documents (supersedes) where supersedes is not null`,
  `create index documents_by_name on documents (kind, period, format, file_name collate "C")`,
  `insert into documents (
    document_id, kind, subject, period, currency, format, content_id, file_name, hash, issued_at)
  select
    statement_id || '-' || format, 'statement', creator_id, period, currency, format, statement_id,
    'statement-' || period || '-' || lower(currency) || '-' || creator_id || '.' || format, hash, issued_at
  from statement_documents
  cross join lateral (
    values ('pdf', pdf_hash), ('csv', csv_hash), ('xlsx', xlsx_hash), ('json', json_hash)
  ) as files (format, hash)
  order by issued_at, statement_id, format`,
  `drop table statement_documents`,
  `create view issued_statements as
  select
    content_id as statement_id, subject as creator_id, period, currency, min(issued_at) as issued_at,
    max(hash) filter (where format = 'json') as json_hash, max(hash) filter (where format = 'csv') as csv_hash,
    max(hash) filter (where format = 'xlsx') as xlsx_hash, max(hash) filter (where format = 'pdf') as pdf_hash
  from documents
  where kind = 'statement' and not exists (select 1 from documents as later where later.supersedes = documents.document_id)
  group by content_id, subject, period, currency`,
  `create function refuse_change_of_documents() returns trigger language plpgsql as
    $$ begin raise exception 'Rows of % are only added.', tg_table_name; end $$`,
  `create trigger documents_only_added before update or delete on documents
    for each row execute function refuse_change_of_documents()`,
];
