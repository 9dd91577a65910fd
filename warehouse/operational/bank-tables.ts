import type { Generated } from 'kysely';

/** How a payout reaches a creator's bank account by a file: SEPA credit transfers, or the Automated Clearing House. */
export type BankRail = 'sepa' | 'ach';

/** A text that is encrypted under a key of its own, which a master key has wrapped; in base64. */
export interface SealedColumns {
  wrapped_key: string;
  master_key_id: string;
  nonce: string;
  ciphertext: string;
  tag: string;
}

/** The bank account of a creator, in versions, its numbers and names sealed; append-only, but that an erasure deletes its key and its mask. The greatest version is in force. */
export interface BankAccountsTable extends SealedColumns {
  /** In the place of an account id of Stripe's, in lines, events and books. */
  bank_account_id: string;
  creator_id: string;
  version: number;
  payout_rail: BankRail;
  /** The one currency in which it is paid. */
  currency: string;
  /** Of the bank; two letters. */
  country: string;
  /** `DE89 … 3000`, for people. */
  masked: string;
  recorded_by: string;
  recorded_at: string;
}

/** A bank account that is no longer paid, because a bank says so; append-only. A new version is needed. */
export interface BankAccountStopsTable {
  bank_account_id: string;
  /** `AC04`, `R03`. */
  reason_code: string | null;
  sentence: string;
  stopped_by: string;
  stopped_at: string;
}

/** A bank file that was handed out, sealed; append-only. */
export interface PayoutFilesTable extends SealedColumns {
  file_id: string;
  batch_id: string;
  payout_rail: BankRail;
  /** Its number among the files of the batch and rail, from 1. */
  number: number;
  /** `PaymentOrder.order_id`. */
  order_id: string;
  /** The IBAN of the platform, or its company id, from which it is paid. */
  debtor: string;
  execution_on: string;
  currency: string;
  payment_count: number;
  amount_minor: bigint;
  file_name: string;
  /** SHA-256 of its bytes. */
  file_hash: string;
  byte_size: bigint;
  /** What the file carries in another form than the account of the creator has it: `TextChange` values without the texts. */
  text_changes: unknown;
  created_by: string;
  created_at: string;
  run_id: string;
}

/** A payout in a bank file; append-only. A payout is in one file at most. */
export interface PayoutFileLinesTable {
  payout_id: string;
  file_id: string;
  /** By which the bank answers: `SentPayment.bank_reference`. */
  bank_reference: string;
  trace: string | null;
  amount_minor: bigint;
}

/** A file that a bank has sent, sealed; append-only. */
interface PayoutBankMessagesTable extends SealedColumns {
  message_hash: string;
  byte_size: bigint;
  received_by: string;
  received_at: string;
}

/** What a bank has answered, each once; append-only. */
export interface PayoutBankAnswersTable {
  entry: Generated<bigint>;
  /** `BankAnswer.reference`. */
  reference: string;
  message_hash: string;
  kind: string;
  about: string;
  file_id: string | null;
  payout_id: string | null;
  status: string;
  reason_code: string | null;
  reason: string | null;
  amount_minor: bigint | null;
  currency: string | null;
  booked_on: string | null;
  /** `for_person`: nothing was changed by it, or not all that it says is explained; somebody must look. */
  effect: 'applied' | 'none' | 'for_person';
  /** What it has changed, or why nothing. */
  sentence: string;
  recorded_at: string;
  run_id: string;
}

/** A statement of the platform's bank account; append-only. */
export interface BankStatementsTable {
  entry: Generated<bigint>;
  /** Equal for the same statement in another file. */
  statement_key: string;
  message_hash: string;
  account: string;
  statement_id: string;
  sequence: bigint | null;
  currency: string;
  opening_minor: bigint;
  closing_minor: bigint;
  /** What of its entries are payouts of ours, with the sign of the balance: debits are negative. */
  ours_minor: bigint;
  /** Entries of others, a sentence each. */
  others: unknown;
  warnings: unknown;
  recorded_at: string;
}

/** What a person says has become of a file for which no answer of the bank comes; append-only, once a file. */
export interface PayoutFileResolutionsTable {
  file_id: string;
  /** Whether the bank has it: its open payouts are then sent; otherwise they have failed, and are owed again. */
  outcome: 'taken' | 'never_taken';
  /** Why. */
  sentence: string;
  /** Another person than the one who made the file. */
  resolved_by: string;
  resolved_at: string;
  run_id: string;
}

export interface BankTables {
  payout_file_resolutions: PayoutFileResolutionsTable;
  bank_accounts: BankAccountsTable;
  bank_account_stops: BankAccountStopsTable;
  payout_files: PayoutFilesTable;
  payout_file_lines: PayoutFileLinesTable;
  payout_bank_messages: PayoutBankMessagesTable;
  payout_bank_answers: PayoutBankAnswersTable;
  bank_statements: BankStatementsTable;
}
