import type { Insertable, Kysely } from 'kysely';
import type { StoredFile } from '../reports/documents/store.ts';
import { instant } from '../warehouse/clock.ts';
import { Conflict, NotFound, Unavailable } from '../warehouse/errors.ts';
import type { DocumentsTable } from '../warehouse/operational/document-tables.ts';
import { insertable } from '../warehouse/operational/insertable.ts';
import type { OperationalTables } from '../warehouse/operational/schema.ts';
import type { DocumentFormat, DocumentKind } from '../warehouse/vocabulary/documents.ts';
import type { Services } from './job.ts';

/** A document as it is recorded, once its files are stored. */
export interface StoredDocument {
  readonly kind: DocumentKind;
  readonly content_id: string;
  /** The id of a creator or developer, or `platform`. */
  readonly subject: string;
  /** A month or a year. */
  readonly period: string;
  readonly currency?: string | undefined;
  /** The content_id in whose place it is issued, in the same formats. */
  readonly supersedes?: string | undefined;
  readonly issued_by: string;
  /** Why it is issued in the place of another. */
  readonly because?: string | undefined;
  readonly files: Readonly<Partial<Record<DocumentFormat, StoredFile>>>;
  readonly fileName: (format: string) => string;
}

export function documentIdOf(contentId: string, format: string): string {
  return `${contentId}-${format}`;
}

/** A row for each format. */
export function documentRows(
  { files, fileName, supersedes, currency = '', because = '', ...document }: StoredDocument,
  issued_at: string,
): Insertable<DocumentsTable>[] {
  return Object.entries(files).map(([format, { hash, byte_size }]) => ({
    ...document,
    document_id: documentIdOf(document.content_id, format),
    ...{ currency, format: format as DocumentFormat, file_name: fileName(format), issued_at },
    ...{ hash, byte_size: BigInt(byte_size), because: because === '' ? null : because },
    supersedes: supersedes === undefined ? null : documentIdOf(supersedes, format),
  }));
}

/**
 * Records all of them or none; returns when. Throws `Conflict`, with a sentence, if one was issued or superseded meanwhile, and as
 * `assertBytesAreThere`.
 */
export async function recordDocuments(
  { operational, clock, documents: store }: Pick<Services, 'operational' | 'clock' | 'documents'>,
  documents: readonly StoredDocument[],
  conflict: string,
): Promise<string> {
  const issued_at = instant(clock.now());
  const rows = documents.flatMap((document) => documentRows(document, issued_at));
  await operational.transaction().execute(async (transaction) => {
    for (const some of insertable(rows)) {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('documents')
        .values(some)
        .onConflict((on) => on.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== BigInt(some.length)) throw new Conflict(conflict);
      await assertBytesAreThere({ transaction, documents: store }, some);
    }
  });
  return issued_at;
}

/**
 * Throws `Unavailable` if the bytes of documents, whose rows the transaction has inserted, were deleted after they were stored: a document with equal
 * bytes was deleted once its term was over. The file of a deletion is deleted only while nobody inserts documents.
 */
export async function assertBytesAreThere(
  { transaction, documents }: { readonly transaction: Reader; readonly documents: Pick<Services['documents'], 'get'> },
  rows: readonly Pick<DocumentsTable, 'hash'>[],
): Promise<void> {
  const deleted = await transaction
    .selectFrom('record_deletions')
    .select('hash')
    .distinct()
    .where('record_kind', '=', 'document')
    .where(
      'hash',
      'in',
      rows.map(({ hash }) => hash),
    )
    .execute();
  for (const { hash } of deleted)
    await documents.get(hash).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
      throw new Unavailable(
        `The bytes ${hash} were deleted with another document while they were stored; nothing was recorded. Run it again.`,
      );
    });
}

export type DocumentInForce = Pick<
  DocumentsTable,
  'document_id' | 'content_id' | 'kind' | 'subject' | 'format' | 'hash' | 'file_name' | 'issued_at'
> & { readonly issued_by: string | null };

type Reader = Pick<Kysely<OperationalTables>, 'selectFrom'>;

interface OfPeriod {
  readonly kind: DocumentKind;
  readonly period: string;
}

/** A query of the documents of a kind and period that no other one supersedes. */
export function inForce(db: Reader, { kind, period }: OfPeriod) {
  return db
    .selectFrom('documents')
    .where('kind', '=', kind)
    .where('period', '=', period)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('documents as later')
            .select('later.entry')
            .whereRef('later.supersedes', '=', 'documents.document_id'),
        ),
      ),
    );
}

/** Those documents in the order in which they were issued. */
export function documentsInForce(db: Reader, of: OfPeriod): Promise<DocumentInForce[]> {
  return inForce(db, of)
    .select(['document_id', 'content_id', 'kind', 'subject', 'format', 'hash', 'file_name', 'issued_at', 'issued_by'])
    .orderBy('entry')
    .execute();
}
