import { sha256Hex } from '../../warehouse/ids.ts';

/**
 * What a bank is asked to pay, as plain values. The same order always gives the same file, byte for byte: everything that differs between
 * two runs, such as the time of creation, is a part of the order and is stored with it.
 */
export type PaymentOrder = SepaOrder | AchOrder;

interface OrderHead {
  /** The id of the file at the bank, at most 35 characters: as a rule, that of the payout batch. Never used for a second file. */
  readonly order_id: string;
  /** A UTC instant; fixed when the order is made. */
  readonly created_at: string;
  /** The day on which the bank should pay, `2026-12-01`. */
  readonly execution_on: string;
}

/** SEPA credit transfers: `writePain001`. */
export interface SepaOrder extends OrderHead {
  readonly scheme: 'sepa';
  readonly debtor: {
    readonly name: string;
    readonly iban: string;
    /** Null where the bank takes it from the IBAN. */
    readonly bic: string | null;
    /** Required as soon as one of the two banks is outside the EEA. */
    readonly address: Address | null;
  };
  /** Whether the bank books the file as one sum, or each payment; the latter needs an agreement with most banks. */
  readonly book_as_one: boolean;
  readonly payments: readonly SepaPayment[];
}

/** Credits by the Automated Clearing House of the United States: `writeNacha`. */
export interface AchOrder extends OrderHead {
  readonly scheme: 'ach';
  readonly debtor: AchOriginator;
  /** Of the first payment: 1 to 9999999. The next order begins after the last of this one, so that a return names one payment. */
  readonly first_trace: number;
  /** A to Z, then 0 to 9, for the files of one day. */
  readonly file_id_modifier: string;
  readonly payments: readonly AchPayment[];
}

/** What the bank that takes the file (the ODFI) has assigned. */
interface AchOriginator {
  /** At most 16 characters: what the receiver reads. */
  readonly name: string;
  /** The company id: 10 characters. */
  readonly company_id: string;
  /** What the payments are, for the receiver: at most 10 characters, such as `ROYALTY`. */
  readonly entry_description: string;
  /** The routing number of the ODFI, 9 digits. */
  readonly odfi_routing: string;
  /** Who receives the file: a routing number of 9 digits, as a rule that of the ODFI, and its name. */
  readonly immediate_destination: string;
  readonly immediate_destination_name: string;
  /** Who sends the file: 9 or 10 digits, as agreed with the bank. */
  readonly immediate_origin: string;
}

interface PaymentHead {
  /** Unique in the order. The bank gets `bankReferenceOf` it. */
  readonly payout_id: string;
  readonly creator_id: string;
  /** Of the holder of the account. */
  readonly name: string;
  readonly amount_minor: bigint;
  /** `EUR` for SEPA, `USD` for ACH. */
  readonly currency: string;
  /** What the creator reads on the statement of the account; null for nothing. At most 140 characters for SEPA, 80 for ACH. */
  readonly remittance: string | null;
}

export interface SepaPayment extends PaymentHead {
  readonly iban: string;
  readonly bic: string | null;
  readonly address: Address | null;
}

export interface AchPayment extends PaymentHead {
  /** Decides about the form of the entry: PPD for a person, CCD for a company. */
  readonly holder: 'person' | 'company';
  /** The routing number of the bank of the receiver (the RDFI), 9 digits. */
  readonly routing: string;
  /** At most 17 letters, digits and hyphens. */
  readonly account: string;
  readonly account_kind: 'checking' | 'savings';
}

/** Structured, or hybrid with `lines`. Since 15 November 2026, SEPA takes no address without town and country. */
export interface Address {
  readonly street: string | null;
  readonly building: string | null;
  readonly postcode: string | null;
  readonly town: string;
  /** Two letters of ISO 3166-1. */
  readonly country: string;
  /** What does not fit above: at most two lines of 70 characters that repeat nothing. */
  readonly lines: readonly string[];
}

/** A text that the file carries in another form than the order. */
export interface TextChange {
  /** Null for the debtor. */
  readonly creator_id: string | null;
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly because: 'transliterated' | 'shortened';
}

/** By which ids the bank will answer for a payout. */
export interface SentPayment {
  readonly payout_id: string;
  /** The end-to-end id of SEPA, or the individual id of ACH. */
  readonly bank_reference: string;
  /** The trace number of ACH, 15 digits; null for SEPA. */
  readonly trace: string | null;
}

export interface BankFile {
  readonly bytes: Uint8Array;
  readonly payments: readonly SentPayment[];
  readonly changes: readonly TextChange[];
}

/**
 * The id of a payout at the bank: its own with `-` for `_`, where SEPA's characters and its 35 places allow that, else 15 (ACH) or 32
 * characters of its hash. It is reversed by a look-up among `BankFile.payments`.
 */
export function bankReferenceOf(payoutId: string, scheme: PaymentOrder['scheme']): string {
  const hash = sha256Hex(payoutId).toUpperCase();
  if (scheme === 'ach') return hash.slice(0, 15);
  return /^[A-Za-z0-9]+_[A-Za-z0-9]+$/.test(payoutId) && payoutId.length <= 35
    ? payoutId.replace('_', '-')
    : hash.slice(0, 32);
}

/** In an order that does not depend on the one in which they were found. */
export function inOrder<Payment extends PaymentHead>(payments: readonly Payment[]): readonly Payment[] {
  return payments.toSorted((a, b) => (a.payout_id < b.payout_id ? -1 : a.payout_id > b.payout_id ? 1 : 0));
}
