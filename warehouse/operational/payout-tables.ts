import type { Generated } from 'kysely';

/** The payouts of a period that are approved together. */
export interface PayoutBatchesTable {
  batch_id: string;
  period: string;
  /** Its number among the batches of the period, from 1. */
  sequence: number;
  /** `sent` and `cancelled`: all of its payouts have ended, and some or none were sent. */
  state: 'planned' | 'approved' | 'sent' | 'cancelled';
  planned_by: string;
  planned_at: string;
  approved_by: string | null;
  approved_at: string | null;
  /** The seal of the period in the ledger when it was planned. */
  ledger_seal: string | null;
  /** What was approved: see `approvalHashOf`. */
  approval_hash: string | null;
}

/** Who signed off which content of a batch; append-only. */
export interface PayoutApprovalsTable {
  entry: Generated<bigint>;
  batch_id: string;
  approval_hash: string;
  approved_by: string;
  approved_at: string;
}

/** One payout of a batch, or the reason why a creator is not paid. */
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

/** What Stripe said of the account of a payout when it was planned; append-only. */
export interface PayoutLineAccountsTable {
  payout_id: string;
  /** Two letters, upper-case; null if Stripe names none. */
  country: string | null;
  /** Upper-case; null if Stripe names none. */
  default_currency: string | null;
  read_at: string;
}

/** The steps of each payout, in order; append-only, and the store refuses a step that does not follow from those before. */
export interface PayoutLogTable {
  entry: Generated<bigint>;
  payout_id: string;
  state:
    | 'approved'
    | 'held'
    | 'released'
    | 'cancelled'
    | 'intent'
    | 'key_spent'
    | 'sent'
    | 'failed'
    | 'confirmed'
    | 'reversed';
  /** The number of the idempotency key; null for a step that needs none. */
  attempt: number | null;
  logged_at: string;
  transfer_id_stripe: string | null;
  /** Of a payout that is held or cancelled: a word such as `break_open`; otherwise a sentence. */
  reason: string | null;
  /** What finance must know about the reason; not for the creator. */
  detail: string | null;
  /** The person who decided it, or who started the run. */
  changed_by: string;
  /** The run that took the step, which must hold its lease; null for the decision of a person. */
  run_id: string | null;
  /** The hash of the line that was approved. */
  line_hash: string | null;
}

/** The requests to take back a sent payout, and what became of each, in order; append-only, and the store refuses what does not follow. */
export interface PayoutReversalLogTable {
  entry: Generated<bigint>;
  payout_id: string;
  /** The number of the idempotency key, from 1. */
  attempt: number;
  /** `intent`: stored before it is requested; `key_spent`: Stripe has stored a refusal or a failure; `made`: Stripe has the reversal. */
  state: 'intent' | 'key_spent' | 'made';
  /** Of an intent: why, as the person has said it. */
  sentence: string | null;
  /** Of an intent: the request with its key, as canonical JSON, which is repeated as it is, and its SHA-256. */
  request: string | null;
  request_hash: string | null;
  /** Of a spent key: what Stripe has answered. */
  reason: string | null;
  reversal_id_stripe: string | null;
  /** The person who started the run. */
  changed_by: string;
  run_id: string;
  /** Set by the store's clock. */
  logged_at: Generated<string>;
}

/** Whether a creator wants to be paid out to the bank at once, for a fee, wherever that is possible; append-only, and the last one counts. */
export interface InstantPayoutChoicesTable {
  entry: Generated<bigint>;
  creator_id: string;
  is_instant: boolean;
  chosen_by: string;
  chosen_at: string;
}

/** The request to pay a sent payout out to the creator's bank at once, and what became of it; append-only, and the store refuses a second one. */
export interface InstantPayoutLogTable {
  entry: Generated<bigint>;
  payout_id: string;
  /** `intent`: stored before it is requested; `made`: Stripe has the payout; `declined`: there is none and will be none, so Stripe's schedule pays it out. */
  state: 'intent' | 'made' | 'declined';
  /** Of an intent: the request with its key, as canonical JSON, which is repeated as it is, and its SHA-256. */
  request: string | null;
  request_hash: string | null;
  /** Of one that was declined: why, in a sentence. */
  reason: string | null;
  /** The payout of the connected account. */
  payout_id_stripe: string | null;
  changed_by: string;
  run_id: string;
  /** Set by the store's clock. */
  logged_at: Generated<string>;
}

/** What was requested from Stripe to open a creator's connected account, stored before the request; append-only. */
export interface PayoutAccountRequestsTable {
  creator_id: string;
  /** Counts the requests of a creator, from 1. Each has its own idempotency key. */
  sequence: number;
  /** The request, as JSON. */
  body: string;
  requested_by: string;
  requested_at: string;
}

/** Why a request made no account; append-only. */
export interface PayoutAccountRefusalsTable {
  creator_id: string;
  sequence: number;
  reason: string;
  refused_at: string;
}

/** A connected account that we have created; append-only. The one with the greatest sequence is the creator's. */
export interface PayoutAccountsTable {
  account_id_stripe: string;
  creator_id: string;
  sequence: number;
  country: string;
  created_by: string;
  created_at: string;
}

/** The states of an account that we have created, each reported by one event; append-only. */
export interface PayoutAccountStatesTable {
  account_id_stripe: string;
  /** From 1. */
  number: number;
  account_status: 'active' | 'restricted' | 'closed';
  /** When Stripe's record with this state was read. */
  read_at: string;
}

/** Who accepted that a batch is planned and sent without a new comparison with Stripe, and why; append-only. */
export interface ComparisonOverridesTable {
  entry: Generated<bigint>;
  period: string;
  /** The number of the batch in its period. */
  sequence: number;
  sentence: string;
  overridden_by: string;
  overridden_at: string;
}
