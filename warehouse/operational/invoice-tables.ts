import type { ColumnType, Generated } from 'kysely';
import type { DocumentKind } from '../vocabulary/documents.ts';
import type { SealedColumns } from './bank-tables.ts';

/** That a creator has agreed to self-billing, or has ended it; append-only, the last row of a creator counts. */
export interface SelfBillingAgreementsTable {
  entry: Generated<bigint>;
  creator_id: string;
  /** The version of the text that was agreed to. */
  agreement_version: string;
  /** SHA-256 of that text. */
  text_hash: string;
  agreed_on: string;
  /** The first day on which it no longer counts; null while it does. */
  ended_on: string | null;
  recorded_by: string;
  recorded_at: string;
}

/** A business as it stands on invoices, in versions, sealed; append-only, the last one counts. An erasure deletes its key and what that sealed. */
export interface BillingProfilesTable extends SealedColumns {
  /** Names the row: kind, id and version. */
  profile_id: ColumnType<string, never, never>;
  party_kind: 'creator' | 'developer';
  party_id: string;
  version: number;
  /** Two letters. */
  country: string;
  has_vat_id: boolean;
  language: 'en' | 'de';
  /** The JSON null, unless it was recorded by an earlier version and is still to be sealed. */
  business: ColumnType<unknown, string, string>;
  recorded_by: string;
  recorded_at: string;
}

/** An invoice with its number, before it is rendered; append-only. The sequence of a supplier has no gap. */
export interface InvoicesTable {
  entry: Generated<bigint>;
  /** Also the content_id of its documents. */
  invoice_id: string;
  document_kind: DocumentKind;
  /** The id of a creator, or `platform`. */
  supplier: string;
  sequence: number;
  number: string;
  issued_on: string;
  /** The id of the creator or developer that it is about. */
  subject: string;
  period: string;
  currency: string;
  /** The invoice as canonical JSON. */
  content: string;
  drawn_at: string;
}

/** The last number that a supplier has drawn; its row is locked while the next one is drawn. */
interface InvoiceSequencesTable {
  supplier: string;
  last_sequence: number;
}

/** What the other party has answered to an invoice; append-only, the last answer counts. */
export interface InvoiceAnswersTable {
  entry: Generated<bigint>;
  invoice_id: string;
  answer: 'accepted' | 'disputed';
  /** Needed for `disputed`. */
  because: string | null;
  /** Where the other party has given it, if somebody else has recorded it; null if it has answered itself. */
  reference: string | null;
  answered_by: string;
  answered_at: string;
}

/** An invoice that a credit note has taken back as a whole; append-only. */
export interface InvoiceCancellationsTable {
  invoice_id: string;
  credit_note_id: string;
  because: string;
  cancelled_by: string;
  cancelled_at: string;
}

export interface InvoiceTables {
  invoice_cancellations: InvoiceCancellationsTable;
  self_billing_agreements: SelfBillingAgreementsTable;
  billing_profiles: BillingProfilesTable;
  invoices: InvoicesTable;
  invoice_sequences: InvoiceSequencesTable;
  invoice_answers: InvoiceAnswersTable;
}
