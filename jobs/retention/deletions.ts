import { NotFound } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';

type Db = Pick<Operational, 'selectFrom'>;

interface DeletedDocument {
  readonly document_id: string;
  readonly content_id: string;
  readonly subject: string;
  readonly hash: string;
  readonly deleted_at: string;
}

/** A query of the documents whose term was over, with when they were deleted. */
export function deletedDocuments(db: Db) {
  return db
    .selectFrom('record_deletions as deletion')
    .innerJoin('documents', 'documents.document_id', 'deletion.record_id')
    .select(['document_id', 'content_id', 'subject', 'documents.hash', 'deletion.deleted_at'])
    .where('deletion.record_kind', '=', 'document');
}

/** The error for a request of a deleted document. */
export function wasDeleted({
  document_id,
  deleted_at,
  hash,
}: Omit<DeletedDocument, 'content_id' | 'subject'>): NotFound {
  return new NotFound(`${document_id} was deleted at ${deleted_at}, once its term was over; its SHA-256 was ${hash}.`);
}
