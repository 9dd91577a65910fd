import type { Generated } from 'kysely';
import type { DocumentFormat, DocumentKind } from '../vocabulary/documents.ts';

/**
 * A document that was issued; append-only. Of the same kind, subject, period, currency and format, one is the first, and each later
 * one supersedes the one before it. Credit notes stand alone: a month may have several.
 */
export interface DocumentsTable {
  /** In the order of issue. */
  entry: Generated<bigint>;
  /** `<content_id>-<format>`. */
  document_id: string;
  kind: DocumentKind;
  /** The id of a creator or developer, or `platform`, as its kind says; `platform:` and the payer of what has all creators of a payer but the main one. */
  subject: string;
  /** A month, `2026-01`, or a year, `2026`. */
  period: string;
  /** '' for a document without a currency. */
  currency: string;
  format: DocumentFormat;
  /** What was composed once and rendered in one or more formats: the statement_id of a statement. */
  content_id: string;
  /** The name under which it is downloaded: letters, digits, `.`, `_` and `-`, so that it is safe as a path and in a header. */
  file_name: string;
  /** SHA-256 of its bytes, by which they are stored. */
  hash: string;
  /** Null for statements that were issued before sizes were recorded. */
  byte_size: bigint | null;
  issued_at: string;
  /** The id of the document in whose place it was issued. */
  supersedes: string | null;
  /** Who issued it; null for documents that were issued before this was recorded. */
  issued_by: string | null;
  /** Why it was issued in the place of another. */
  because: string | null;
}

/** The statements in force, a row for each with the hash of each format: a view of `documents`. */
export interface IssuedStatementsView {
  statement_id: string;
  creator_id: string;
  period: string;
  currency: string;
  issued_at: string;
  /** SHA-256 of the document in each format. */
  json_hash: string;
  csv_hash: string;
  xlsx_hash: string;
  pdf_hash: string;
}

/** What was deleted once the law no longer required it, with the hash of what it was; append-only, but that `file_deleted_at` is set once. */
export interface RecordDeletionsTable {
  record_kind: 'document' | 'bank_file' | 'bank_message';
  /** The document_id, the file_id, or the message_hash. */
  record_id: string;
  /** Of a document its kind, else the record_kind. */
  kind: string;
  period: string;
  hash: string;
  reason: string;
  deleted_by: string;
  deleted_at: string;
  /** When its bytes were; null while they are there, because another document has them too, or they could not be deleted yet. */
  file_deleted_at: string | null;
}

/** A legal hold: what it names is not deleted. Released once, else append-only. What is null is not asked for. */
export interface RecordHoldsTable {
  hold_id: string;
  kind: string | null;
  /** A creator or developer; what is about all, as bank files are, is held too. */
  subject: string | null;
  /** A month, or a year with its months. */
  period: string | null;
  because: string;
  placed_by: string;
  placed_at: string;
  released_by: string | null;
  released_at: string | null;
  released_because: string | null;
}

/** Every document, bank file and message of a bank that is not deleted: a view. */
export interface StoredRecordsView {
  record_kind: RecordDeletionsTable['record_kind'];
  record_id: string;
  kind: string;
  subject: string;
  period: string;
  hash: string;
  recorded_at: string;
  /** Of `recorded_at`, in UTC. */
  recorded_year: number;
  /** Whether a hold keeps it, or it is a bank file of which some payout has not ended. */
  is_held: boolean;
}
