import type { ColumnType, Generated } from 'kysely';

/** A column of JSON: any JSON value out, JSON text in. */
type Json = ColumnType<unknown, string, string>;

/** One attempt to do a job for a period; at most one of a job and period runs at a time. */
export interface JobRunsTable {
  run_id: string;
  job: string;
  /** '' for a job that is about no period. */
  period: string;
  state: 'running' | 'done' | 'failed';
  started_by: string;
  started_at: string;
  /** Until when the run is taken to be alive; renewed while it works. */
  lease_until: string;
  finished_at: string | null;
  progress: string | null;
  outcome: Json | null;
  error: string | null;
  /** What the run was given besides its period. */
  options: Json | null;
  /** When the server was stopped while it ran; set until a later start runs the job again. */
  interrupted_at: string | null;
}

/** When a scheduled job is due next; what is due in the past was missed, and is caught up. */
export interface ScheduleMarksTable {
  job: string;
  next_due_at: string;
}

export interface PayoutBatchesTable {
  batch_id: string;
  period: string;
  state: 'planned' | 'approved' | 'sent';
  planned_by: string;
  planned_at: string;
  approved_by: string | null;
  approved_at: string | null;
}

/** One payout of a batch, or the reason for which a creator gets none. */
export interface PayoutLinesTable {
  payout_id: string;
  batch_id: string;
  creator_id: string;
  currency: string;
  amount_minor: bigint;
  account_id_stripe: string | null;
  /** `payable`, or why it is not paid. */
  reason: string;
  /** The request to Stripe, frozen when it was planned, and its SHA-256. */
  body: string | null;
  body_hash: string | null;
}

/** What was done about a payout, in order; never changed. */
export interface PayoutLogTable {
  entry: Generated<bigint>;
  payout_id: string;
  state: 'intent' | 'sent' | 'key_spent' | 'failed';
  attempt: number;
  at: string;
  transfer_id_stripe: string | null;
  reason: string | null;
}

export interface StatementDocumentsTable {
  statement_id: string;
  creator_id: string;
  period: string;
  currency: string;
  issued_at: string;
  /** SHA-256 of the documents by format. */
  json_hash: string;
  csv_hash: string;
  xlsx_hash: string;
  pdf_hash: string;
}

/** Events of our own on their way to the data plane. */
export interface OutboxTable {
  entry: Generated<bigint>;
  message_id: string;
  event: string;
  properties: Json;
  occurred_at: string;
  sent_at: string | null;
}

/** An event of Stripe, in the order of receipt. It is written once; what changes is what has become of it. */
export interface StripeInboxTable {
  event_id: string;
  entry: Generated<bigint>;
  kind: 'snapshot' | 'thin';
  type: string;
  /** What it is about; none where that has no id. */
  object_type: string | null;
  object_id: string | null;
  /** The connected account in which it happened; none on the platform itself. */
  account_id_stripe: string | null;
  created_at: string;
  received_at: string;
  api_version: string | null;
  /** As received, as evidence: nothing is computed from it. */
  body: string;
  /** When the warehouse knew that there was such an event. */
  recorded_at: string | null;
  /** `fetched` again by id, `gone` from Stripe, or of a kind that is `not_kept`. */
  state: 'waiting' | 'fetched' | 'gone' | 'not_kept';
  settled_at: string | null;
  /** How often it was tried in vain. */
  attempts: number;
  /** Why it is gone or not kept, or why it was last tried in vain. */
  reason: string | null;
}

export interface ApiKeysTable {
  api_key_id: string;
  name: string;
  role: 'creator' | 'finance' | 'analyst' | 'operator';
  /** Whose data a creator's key sees. */
  creator_id: string | null;
  secret_hash: string;
  created_at: string;
  revoked_at: string | null;
}

export interface OperationalTables {
  job_runs: JobRunsTable;
  schedule_marks: ScheduleMarksTable;
  payout_batches: PayoutBatchesTable;
  payout_lines: PayoutLinesTable;
  payout_log: PayoutLogTable;
  statement_documents: StatementDocumentsTable;
  outbox: OutboxTable;
  stripe_inbox: StripeInboxTable;
  api_keys: ApiKeysTable;
}
