import { sha256Hex } from '../../warehouse/ids.ts';

/** What a bank says of payments that it was asked to make. */
export type AnswerKind =
  /** It has taken the order or the payment so far; nothing is booked yet. */
  | 'accepted'
  /** It has not decided yet, or has announced an entry. */
  | 'pending'
  /** It will not pay; nothing was or will be booked. */
  | 'rejected'
  /** Our account was debited. */
  | 'booked'
  /** What was paid has come back to our account. */
  | 'returned'
  /** It was paid, and the data of the account must be corrected before the next payment. */
  | 'changed'
  /** A code that this version does not know: a person must look. */
  | 'unknown';

export interface BankAnswer {
  readonly kind: AnswerKind;
  /** Equal for the same answer, also when it is read from another file that repeats it; other answers have another one. */
  readonly reference: string;
  /** Whether it is about all payments of an order, those of a group, or one. */
  readonly about: 'order' | 'group' | 'payment';
  /** `PaymentOrder.order_id`, where the bank names it. */
  readonly order_id: string | null;
  /** Equal to the order id in files of ours. */
  readonly payment_group_id: string | null;
  /** `SentPayment.bank_reference`, where the bank names it. */
  readonly bank_reference: string | null;
  /** `SentPayment.trace`, of ACH. */
  readonly trace: string | null;
  /** What was booked or returned, which may be less than was paid by a fee; null where the bank names none. */
  readonly amount_minor: bigint | null;
  /** Upper-case. */
  readonly currency: string | null;
  /** A day; null as long as nothing is booked. */
  readonly booked_on: string | null;
  /** The bank's code for what became of it: `RJCT`, `BOOK`, or the addenda type of ACH. */
  readonly status: string;
  /** The bank's code for why. */
  readonly reason_code: string | null;
  /** The code in plain words, and what the bank adds. A code that is not in the table is called unknown. */
  readonly reason: string | null;
}

/** Everything of an answer but its reference. */
export type AnswerFacts = Omit<BankAnswer, 'reference'>;

/**
 * The answer with its reference: a hash of what it says and of what the bank calls it. `occurrence` distinguishes answers of one file that are
 * equal in everything else.
 */
export function answerOf(facts: AnswerFacts, identity: readonly (string | null)[], occurrence = 1): BankAnswer {
  const { kind, about, order_id, payment_group_id, bank_reference, trace, amount_minor, currency, booked_on } = facts;
  const ids = [about, order_id, payment_group_id, bank_reference, trace];
  const named = [kind, ...ids, amount_minor?.toString() ?? null, currency, booked_on, facts.status, facts.reason_code];
  return { ...facts, reference: sha256Hex(JSON.stringify([...named, ...identity, occurrence])) };
}

/** Counts how often each key was seen, from 1. */
export class Occurrences {
  readonly #seen = new Map<string, number>();

  next(key: readonly unknown[]): number {
    const name = JSON.stringify(key, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
    const count = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, count);
    return count;
  }
}

/** The words for a code, followed by what the bank adds; null if there is neither. */
export function reasonOf(
  code: string | null,
  words: Readonly<Record<string, string>>,
  added: readonly string[] = [],
): string | null {
  const known = code === null ? undefined : Object.hasOwn(words, code) ? words[code] : `unknown code ${code}`;
  const parts = [known, ...added].filter((part) => part);
  return parts.length === 0 ? null : parts.join('; ');
}
