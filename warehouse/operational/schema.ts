import type { ColumnType, Generated } from 'kysely';
import type { AppTables } from './app-tables.ts';
import type { BankTables } from './bank-tables.ts';
import type {
  DocumentsTable,
  IssuedStatementsView,
  RecordDeletionsTable,
  RecordHoldsTable,
  StoredRecordsView,
} from './document-tables.ts';
import type { InvoiceTables } from './invoice-tables.ts';
import type {
  ComparisonOverridesTable,
  InstantPayoutChoicesTable,
  InstantPayoutLogTable,
  PayoutAccountRefusalsTable,
  PayoutAccountRequestsTable,
  PayoutAccountStatesTable,
  PayoutAccountsTable,
  PayoutApprovalsTable,
  PayoutBatchesTable,
  PayoutLineAccountsTable,
  PayoutLinesTable,
  PayoutLogTable,
  PayoutReversalLogTable,
} from './payout-tables.ts';
import type { PeopleTables } from './people-tables.ts';
import type { TaxTables } from './tax-tables.ts';

/** A JSON column: read as any JSON value, written as JSON text. */
type Json = ColumnType<unknown, string, string>;

/** One run of a job for a period; at most one run of a job and period at a time. */
export interface JobRunsTable {
  run_id: string;
  job: string;
  /** '' for a job without a period. */
  period: string;
  state: 'running' | 'done' | 'failed';
  started_by: string;
  started_at: string;
  /** Until when the run counts as alive; renewed while it works. */
  lease_expires_at: string;
  finished_at: string | null;
  progress: string | null;
  outcome: Json | null;
  error: string | null;
  /** The options of the run, besides its period. */
  options: Json | null;
  /** When a stop of the server interrupted the run; set until a later start runs the job again. */
  interrupted_at: string | null;
  /** Who has asked a run to stop that was going on; null if nobody has. */
  stop_requested_by: ColumnType<string | null, string | null | undefined>;
  stop_requested_at: ColumnType<string | null, string | null | undefined>;
}

/** When a scheduled job is due next; a job that is overdue was missed and is run now. */
interface ScheduleMarksTable {
  job: string;
  next_due_at: string;
}

/** Who accepted that an exception of a period stays in suspense, and why; what it was like. The last one counts. */
export interface ExceptionAcknowledgementsTable {
  entry: Generated<bigint>;
  period: string;
  exception_id: string;
  exception_reason: string;
  fact_count: bigint;
  suspended_amount: string | null;
  currency: string | null;
  units: string | null;
  facts_digest: string;
  sentence: string;
  acknowledged_by: string;
  acknowledged_at: string;
}

/** Who works on an exception, in whichever months it appears. The last one counts. */
interface ExceptionOwnersTable {
  entry: Generated<bigint>;
  exception_id: string;
  owner: string;
  assigned_by: string;
  assigned_at: string;
}

/** What a break was like; its digest covers the class and all amounts. */
export interface BreakState {
  break_class: string;
  currency: string;
  ledger_minor: bigint | null;
  stripe_minor: bigint | null;
  settled_currency: string | null;
  settled_minor: bigint | null;
  fee_minor: bigint | null;
  state_digest: string;
}

/** A break that a reconciliation has found, whether it is still there, and the person who works on it. */
export interface BreaksSeenTable extends BreakState {
  period: string;
  break_id: string;
  first_seen_at: string;
  last_seen_at: string;
  /** When a reconciliation no longer found it; null while it is there. */
  cleared_at: string | null;
  owner: string | null;
}

/** What became of each break, in order; append-only. */
export interface BreakHistoryTable extends BreakState {
  entry: Generated<bigint>;
  period: string;
  break_id: string;
  change: 'found' | 'changed' | 'cleared' | 'found_again' | 'assigned';
  changed_at: string;
  /** Who has assigned it, or who has started the reconciliation. */
  changed_by: string;
  owner: string | null;
}

/** Who accepted a break as it was, and why; append-only, the last one counts. */
export interface BreakAcknowledgementsTable extends BreakState {
  entry: Generated<bigint>;
  period: string;
  break_id: string;
  sentence: string;
  acknowledged_by: string;
  acknowledged_at: string;
}

/** A correction that a person has proposed, and what was decided. */
export interface CorrectionsTable {
  correction_id: string;
  corrected_kind: string;
  corrected_id: string;
  /** The units of a use that are void; null if it is void as a whole. */
  units: string | null;
  /** By how much a balance is changed, in its currency. */
  adjustment_amount: string | null;
  currency: string | null;
  /** The id under which it was reported again as it is right. */
  replaced_by_id: string | null;
  correction_reason: string;
  reference: string;
  state: 'proposed' | 'approved' | 'rejected';
  proposed_by: string;
  proposed_at: string;
  decided_by: string | null;
  decided_at: string | null;
  rejection_reason: string | null;
  /** The time at which it is booked, once it is approved. */
  effective_at: string | null;
}

/** Our own events that are sent to the data plane. */
export interface OutboxTable {
  entry: Generated<bigint>;
  message_id: string;
  event: string;
  properties: Json;
  occurred_at: string;
  sent_at: string | null;
}

/** Stripe's events, in the order of receipt. Only the processing state of an event changes. */
export interface StripeInboxTable {
  event_id: string;
  entry: Generated<bigint>;
  kind: 'snapshot' | 'thin';
  type: string;
  /** The object that the event is about; null if that has no id. */
  object_type: string | null;
  object_id: string | null;
  /** The connected account in which it happened; null for the platform itself. */
  account_id_stripe: string | null;
  created_at: string;
  received_at: string;
  api_version: string | null;
  /** As received, stored as evidence: nothing is computed from it. */
  body: string;
  /** When the event was recorded in the warehouse. */
  recorded_at: string | null;
  /** `fetched`: its object was fetched by id. `deleted`: the object was deleted at Stripe. `ignored`: its kind is not stored. */
  state: 'waiting' | 'fetched' | 'deleted' | 'ignored';
  processed_at: string | null;
  /** The number of failed attempts. */
  attempt_count: number;
  /** Why the object counts as deleted or is ignored, or why the last attempt failed. */
  reason: string | null;
}

export interface ApiKeysTable {
  api_key_id: string;
  name: string;
  role: 'creator' | 'developer' | 'finance' | 'analyst' | 'operator';
  /** The creator whose data the key gives access to. */
  creator_id: string | null;
  /** The same for the role developer. */
  developer_id: string | null;
  /** Who made it, and may do what it does; null for a key that was made at the command line. */
  person_id: string | null;
  /** The permissions of the role that it has; null for all of them. */
  scopes: string[] | null;
  secret_hash: string;
  /** When the key was made or last rotated. */
  secret_made_at: string;
  /** Of the secret in whose place the other came. */
  former_secret_hash: string | null;
  /** Until when the former secret goes on; null for until it is revoked. */
  former_ends_at: string | null;
  created_at: string;
  expires_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface OperationalTables extends TaxTables, BankTables, InvoiceTables, PeopleTables, AppTables {
  job_runs: JobRunsTable;
  schedule_marks: ScheduleMarksTable;
  exception_acknowledgements: ExceptionAcknowledgementsTable;
  exception_owners: ExceptionOwnersTable;
  breaks_seen: BreaksSeenTable;
  break_history: BreakHistoryTable;
  break_acknowledgements: BreakAcknowledgementsTable;
  corrections: CorrectionsTable;
  payout_batches: PayoutBatchesTable;
  payout_lines: PayoutLinesTable;
  payout_line_accounts: PayoutLineAccountsTable;
  payout_log: PayoutLogTable;
  payout_reversal_log: PayoutReversalLogTable;
  instant_payout_choices: InstantPayoutChoicesTable;
  instant_payout_log: InstantPayoutLogTable;
  payout_approvals: PayoutApprovalsTable;
  payout_account_requests: PayoutAccountRequestsTable;
  payout_account_refusals: PayoutAccountRefusalsTable;
  payout_accounts: PayoutAccountsTable;
  payout_account_states: PayoutAccountStatesTable;
  comparison_overrides: ComparisonOverridesTable;
  documents: DocumentsTable;
  issued_statements: IssuedStatementsView;
  record_deletions: RecordDeletionsTable;
  record_holds: RecordHoldsTable;
  stored_records: StoredRecordsView;
  outbox: OutboxTable;
  stripe_inbox: StripeInboxTable;
  api_keys: ApiKeysTable;
}
