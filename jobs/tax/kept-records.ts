import { sql } from 'kysely';
import { DOCUMENT_KINDS, PLATFORM_SUBJECT } from '../../warehouse/vocabulary/documents.ts';
import type { Retention } from '../retention/retention-rules.ts';
import { ERASED_KEY } from './envelope.ts';
import type { OperationalTransaction } from './tax-status.ts';

/** What names a creator and stays after an erasure, because the law requires it, and the day from which it may go. */
export interface KeptRecords {
  readonly what: 'statements' | 'invoices' | 'filed forms of all creators' | 'bank files' | 'messages of banks';
  readonly count: number;
  /** The first day after the years for which the law requires the last of them. */
  readonly may_go_from_on: string;
}

interface Found {
  readonly count: bigint;
  /** Of the last one. */
  readonly year: string | null;
}

/** Everything of a creator that is kept, by kind; what there is none of is left out. `years` counts for what `retention` does not name. */
export async function keptRecords(
  db: Pick<OperationalTransaction, 'selectFrom'>,
  {
    creatorId,
    years,
    retention = {},
  }: { readonly creatorId: string; readonly years: number; readonly retention?: Retention | undefined },
): Promise<KeptRecords[]> {
  const all = [
    ['statements', await statementsOf(db, creatorId), retention.statements],
    ['invoices', await invoicesOf(db, creatorId), retention.invoices],
    ['filed forms of all creators', await filingsWith(db, creatorId), retention.tax_forms],
    ['bank files', await bankFilesWith(db, creatorId), retention.bank_files],
    ['messages of banks', await bankMessagesAbout(db, creatorId), retention.bank_files],
  ] as const;
  return all.flatMap(([what, { count, year }, set = years]) =>
    year === null ? [] : [{ what, count: Number(count), may_go_from_on: `${Number(year) + set + 1}-01-01` }],
  );
}

type Db = Pick<OperationalTransaction, 'selectFrom'>;

/** The documents whose bytes were deleted. */
const deleted = (db: Db) => db.selectFrom('record_deletions').select('record_id').where('record_kind', '=', 'document');

const yearOf = (column: string) => sql<string | null>`max(substr(cast(${sql.ref(column)} as text), 1, 4))`;

function statementsOf(db: Db, creatorId: string): Promise<Found> {
  return db
    .selectFrom('documents')
    .select([sql<bigint>`count(distinct content_id)`.as('count'), yearOf('documents.issued_at').as('year')])
    .where('kind', '=', 'statement')
    .where('subject', '=', creatorId)
    .where('document_id', 'not in', deleted(db))
    .executeTakeFirstOrThrow();
}

function invoicesOf(db: Db, creatorId: string): Promise<Found> {
  return db
    .selectFrom('invoices')
    .select([sql<bigint>`count(*)`.as('count'), yearOf('invoices.issued_on').as('year')])
    .where('supplier', '=', creatorId)
    .where(
      'invoice_id',
      'not in',
      db.selectFrom('documents').select('content_id').where('document_id', 'in', deleted(db)),
    )
    .executeTakeFirstOrThrow();
}

/** Archives of the forms of which the creator has had a copy, and of years of all creators. */
function filingsWith(db: Db, creatorId: string): Promise<Found> {
  return db
    .selectFrom('documents as filing')
    .select([sql<bigint>`count(*)`.as('count'), yearOf('filing.issued_at').as('year')])
    .where(({ or, eb }) =>
      or([eb('filing.subject', '=', PLATFORM_SUBJECT), eb('filing.subject', 'like', `${PLATFORM_SUBJECT}:%`)]),
    )
    .where('filing.format', '=', 'zip')
    .where('filing.document_id', 'not in', deleted(db))
    .where('filing.kind', 'in', FILED)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('filing.kind', 'in', ['tax_year', 'tax_dac7']),
        exists(
          selectFrom('documents as copy')
            .select('copy.entry')
            .whereRef('copy.kind', '=', 'filing.kind')
            .whereRef('copy.period', '=', 'filing.period')
            .where('copy.format', '=', 'pdf')
            .where('copy.subject', '=', creatorId),
        ),
      ]),
    )
    .executeTakeFirstOrThrow();
}

const FILED = (Object.keys(DOCUMENT_KINDS) as (keyof typeof DOCUMENT_KINDS)[]).filter(
  (kind) => 'isSealed' in DOCUMENT_KINDS[kind],
);

function bankFilesWith(db: Db, creatorId: string): Promise<Found> {
  return db
    .selectFrom('payout_files as file')
    .innerJoin('payout_file_lines as sent', 'sent.file_id', 'file.file_id')
    .innerJoin('payout_lines as line', 'line.payout_id', 'sent.payout_id')
    .select([sql<bigint>`count(distinct file.file_id)`.as('count'), yearOf('file.created_at').as('year')])
    .where('line.creator_id', '=', creatorId)
    .where('file.master_key_id', '<>', ERASED_KEY)
    .executeTakeFirstOrThrow();
}

function bankMessagesAbout(db: Db, creatorId: string): Promise<Found> {
  return db
    .selectFrom('payout_bank_messages as message')
    .innerJoin('payout_bank_answers as answer', 'answer.message_hash', 'message.message_hash')
    .innerJoin('payout_lines as line', 'line.payout_id', 'answer.payout_id')
    .select([sql<bigint>`count(distinct message.message_hash)`.as('count'), yearOf('message.received_at').as('year')])
    .where('line.creator_id', '=', creatorId)
    .where('message.master_key_id', '<>', ERASED_KEY)
    .executeTakeFirstOrThrow();
}
