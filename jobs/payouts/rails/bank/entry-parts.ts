import type { BankAnswer } from '../../../../reports/bank/bank-answer.ts';
import type { PayoutLine } from '../../payout-log.ts';
import { DIFFERENCES, type Effect } from './answer-effect.ts';
import type { EntryPart } from './bank-entries.ts';
import type { FiledPayout } from './find-payments.ts';

/** What of an answer is booked and compared: pure functions. The amounts count if a statement has the answer. */

/** What an answer moves at the bank, with the sign of the balance; 0 if it is neither a booking nor a return. */
export function signedOf({ kind, amount_minor }: Pick<BankAnswer, 'kind' | 'amount_minor'>): bigint {
  if (amount_minor === null) return 0n;
  return kind === 'booked' ? -amount_minor : kind === 'returned' ? amount_minor : 0n;
}

/** Whether it is a break wherever it is said; the others are only what a statement has. */
export const isBreak = ({ kind }: EntryPart): boolean => DIFFERENCES.some((difference) => difference === kind);

/** The parts of an answer that are about one payout, and a break if its line was edited. A return is as much as was paid, less the fee that the bank has kept. */
export function partsOf(
  answer: BankAnswer,
  { effect, line, ofPayment }: { effect: Effect; line: PayoutLine; ofPayment: bigint | null },
): EntryPart[] {
  const { edited } = effect;
  const parts = movementsOf(answer, { effect, line, ofPayment });
  if (edited === undefined) return parts;
  return [...parts, { kind: 'edited_line', bank_minor: 0n, line, sentence: edited }];
}

function movementsOf(
  answer: BankAnswer,
  { effect, line, ofPayment }: { effect: Effect; line: PayoutLine; ofPayment: bigint | null },
): EntryPart[] {
  const { sentence, differs, kept_minor = 0n } = effect;
  if (differs) {
    // A booking as one sum is for what the file has.
    const ofFile = answer.kind === 'booked' ? -line.amount_minor : 0n;
    return [{ kind: differs, bank_minor: ofPayment === null ? ofFile : signedOf(answer), line, sentence }];
  }
  if (answer.kind === 'booked') return [{ kind: 'payout', bank_minor: -line.amount_minor, line, sentence }];
  if (answer.kind !== 'returned' || ofPayment === null) return [];
  // What was rejected has never left our books.
  if (!effect.steps.includes('reversed') && !effect.isRepeated)
    return [{ kind: 'unexplained', bank_minor: ofPayment, sentence }];
  const fee: EntryPart = { kind: 'fee', bank_minor: -kept_minor, line, sentence };
  return [{ kind: 'return', bank_minor: ofPayment + kept_minor, line, sentence }, ...(kept_minor > 0n ? [fee] : [])];
}

/** An answer about a whole order that differs from our books: its amount once, and each payout concerned, whose creators it holds. */
export function partsOfAll(
  answer: BankAnswer,
  { payouts, ...part }: Pick<EntryPart, 'kind' | 'sentence'> & { readonly payouts: readonly FiledPayout[] },
): EntryPart[] {
  const [only, ...others] = payouts;
  if (only && others.length === 0) return [{ ...part, bank_minor: signedOf(answer), line: only.line }];
  return [{ ...part, bank_minor: signedOf(answer) }, ...payouts.map(({ line }) => ({ ...part, bank_minor: 0n, line }))];
}

/** What a booking as one sum has beyond its payouts: those that the bank has rejected, and credits one by one. */
export function restOf(answer: BankAnswer, parts: readonly EntryPart[]): EntryPart[] {
  if (answer.kind !== 'booked' || answer.about === 'payment') return [];
  const rest = signedOf(answer) - parts.reduce((sum, { bank_minor }) => sum + bank_minor, 0n);
  const sentence = 'The bank has booked payments of the file that it had rejected.';
  return rest === 0n ? [] : [{ kind: 'unexplained', bank_minor: rest, sentence }];
}
