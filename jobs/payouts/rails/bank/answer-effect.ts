import type { BankAnswer } from '../../../../reports/bank/bank-answer.ts';
import { minorToDecimal } from '../../../../warehouse/money.ts';
import type { PayoutLife } from '../../payout-life.ts';
import type { ExportedLine } from './exported-line.ts';

/** How an answer can differ from our books; `edited_line`: nothing can be recorded, for nothing proves what was exported. */
export const DIFFERENCES = ['amount_differs', 'contradiction', 'edited_line'] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** What an answer changes about one payout. */
export interface Effect {
  /** In this order; `failed` also spends the request. */
  readonly steps: readonly ('sent' | 'confirmed' | 'failed' | 'reversed')[];
  /** Whether the account of the creator is not paid again as it is. */
  readonly stopsAccount: boolean;
  /** Whether somebody must look, whatever was changed. */
  readonly isForPerson: boolean;
  /** Why it is a break. */
  readonly differs?: Difference;
  /** Whether it is a return that our books have already. */
  readonly isRepeated?: true;
  /** What the bank has kept of a return, in minor units: a fee. */
  readonly kept_minor?: bigint;
  /** What it has changed, or why nothing: a sentence. */
  readonly sentence: string;
  /** That the line was edited since the export, so that it is a break beside all else: a sentence. */
  readonly edited?: string;
}

export interface Payment {
  readonly payout_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly life: PayoutLife;
}

/** The bank executes it. One that was only checked (ACTC, ACCP, ACFC) may still be rejected. */
const EXECUTED = ['ACSP', 'ACWC', 'ACSC', 'ACCC'];

/** Reasons that are about the account, and not about this payment or the platform. Sources: those of `iso-codes.ts` and `nacha-codes.ts`. */
const ACCOUNT_REASONS = new Set(
  'AC01 AC03 AC04 AC06 AC13 AG01 BE01 BE04 CNOR MD07 RC01 RC07 RR03 R02 R03 R04 R12 R13 R14 R15 R16 R17 R20 R23 R28 R30 R34'.split(
    ' ',
  ),
);

const nothing = (sentence: string): Effect => ({ steps: [], stopsAccount: false, isForPerson: false, sentence });
const differing = (differs: Difference, sentence: string): Effect => ({
  ...nothing(sentence),
  ...{ isForPerson: true, differs },
});
const contradicting = (sentence: string): Effect => differing('contradiction', sentence);

/**
 * What an answer means for a payment that is in a file. `ofPayment` is the amount of the answer if it is about this payment alone,
 * `bookedRejects` what the bank has booked for payments of the file that it had rejected. What contradicts what is known changes nothing, and is
 * for a person.
 */
export function effectOf(
  answer: BankAnswer,
  payment: Payment,
  { ofPayment, bookedRejects = 0n }: { ofPayment: bigint | null; bookedRejects?: bigint },
): Effect {
  const { payout_id, life } = payment;
  if (answer.currency !== null && answer.currency !== payment.currency)
    return differing(
      'amount_differs',
      `The bank names ${answer.currency} for ${payout_id}, which was paid in ${payment.currency}.`,
    );
  const because = answer.reason === null ? '' : ` (${answer.reason})`;
  switch (answer.kind) {
    case 'pending':
      return nothing(`The bank has not decided about ${payout_id}.`);
    case 'accepted':
      if (!EXECUTED.includes(answer.status)) return nothing(`The bank has checked ${payout_id}.`);
      if (life.end) return nothing(`${payout_id} was ${life.end.state} already.`);
      return { ...nothing(`The bank pays ${payout_id}.`), steps: ['sent'] };
    case 'booked':
      return booked(payment, ofPayment);
    case 'rejected':
      return rejected(answer, payment, because);
    case 'returned':
      return returned(answer, payment, { ofPayment, bookedRejects, because });
    case 'changed':
      return {
        ...nothing(`The account of ${payout_id} must be corrected before it is paid again${because}.`),
        ...{ isForPerson: true, stopsAccount: true },
      };
    default:
      return contradicting(
        `What the bank says of ${payout_id} is not known: ${answer.status} ${answer.reason_code ?? ''}.`,
      );
  }
}

/** The effect on a payout whose line was edited since the export: what is proven is recorded all the same, and a person must look. */
export function effectOnEdited(effect: Effect, { edited, isProven }: Omit<ExportedLine, 'line'>): Effect {
  if (edited === undefined) return effect;
  if (!isProven) return differing('edited_line', edited);
  return { ...effect, isForPerson: true, sentence: `${effect.sentence} ${edited}`, edited };
}

function booked(payment: Payment, ofPayment: bigint | null): Effect {
  const { payout_id, amount_minor, life } = payment;
  if (ofPayment !== null && ofPayment !== amount_minor)
    return differing(
      'amount_differs',
      `The bank booked ${shown(ofPayment, payment)} for ${payout_id}, not ${shown(amount_minor, payment)}.`,
    );
  switch (life.end?.state) {
    case undefined:
      return { ...nothing(`The bank has paid ${payout_id}.`), steps: ['sent', 'confirmed'] };
    case 'sent':
      return { ...nothing(`The bank has paid ${payout_id}.`), steps: ['confirmed'] };
    default:
      return contradicting(`The bank booked ${payout_id}, which was ${life.end?.state} already; it may be paid twice.`);
  }
}

function rejected(answer: BankAnswer, { payout_id, life }: Payment, because: string): Effect {
  const stopsAccount = isAboutAccount(answer);
  switch (life.end?.state) {
    case undefined:
      return { ...nothing(`The bank did not pay ${payout_id}${because}.`), steps: ['failed'], stopsAccount };
    case 'sent':
      return {
        ...nothing(`The bank did not pay ${payout_id} after all${because}.`),
        steps: ['reversed'],
        stopsAccount,
      };
    case 'failed':
    case 'reversed':
      return nothing(`${payout_id} was ${life.end.state} already.`);
    default:
      return contradicting(`The bank rejects ${payout_id}, which was ${life.end?.state} already${because}.`);
  }
}

/** The whole amount is owed again: what a bank keeps of a return is a fee that the platform bears. */
function returned(
  answer: BankAnswer,
  payment: Payment,
  { ofPayment, bookedRejects, because }: { ofPayment: bigint | null; bookedRejects: bigint; because: string },
): Effect {
  const { payout_id, amount_minor, life } = payment;
  if (ofPayment === null || ofPayment > amount_minor || ofPayment <= 0n)
    return differing('amount_differs', `What came back of ${payout_id} is not an amount that was paid${because}.`);
  const kept_minor = amount_minor - ofPayment;
  const kept =
    kept_minor > 0n ? ` The bank has kept ${shown(kept_minor, payment)} of it, which is booked as a fee.` : '';
  const came = {
    ...{ stopsAccount: isAboutAccount(answer), isForPerson: false, kept_minor },
    sentence: `${payout_id} came back${because}.${kept}`,
  };
  switch (life.end?.state) {
    case undefined:
      return { ...came, steps: ['sent', 'reversed'] };
    case 'sent':
    case 'confirmed':
      return { ...came, steps: ['reversed'] };
    case 'reversed':
      return { ...nothing(`${payout_id} was reversed already; the return is reported once more.`), isRepeated: true };
    case 'failed':
      if (ofPayment === amount_minor && bookedRejects >= amount_minor)
        return nothing(`${payout_id} was rejected, and is given back what the bank had booked for it.`);
      return contradicting(`${payout_id} came back, and was failed already${because}.`);
    default:
      return contradicting(`${payout_id} came back, and was ${life.end?.state} already${because}.`);
  }
}

const isAboutAccount = ({ reason_code }: BankAnswer): boolean =>
  (reason_code ?? '').split(' ').some((code) => ACCOUNT_REASONS.has(code));

const shown = (minor: bigint, { currency }: Payment): string => `${minorToDecimal(minor, currency)} ${currency}`;
