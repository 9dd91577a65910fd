import { isDay } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { type AnswerFacts, answerOf, type BankAnswer, reasonOf } from './bank-answer.ts';
import { type NachaBatch, type NachaEntry, readNacha } from './check-nacha.ts';
import { NACHA_CHANGES, NACHA_RETURNS } from './nacha-codes.ts';
import { CHANGE_ADDENDA, RETURN_ADDENDA, readRecord } from './nacha-records.ts';

interface NachaReturns {
  readonly answers: readonly BankAnswer[];
  /** Entries that are neither returns nor changes of credits of ours, a sentence each: a person must look. */
  readonly others: readonly string[];
}

/**
 * What an ACH file of returns and notifications of change says: code 21 and 31 with addenda 99 (returned) or 98 (changed). The file is used
 * as a whole or not at all: throws `Rejected` with every fault of its form, counts, hashes and sums.
 */
export function readNachaReturns(bytes: Uint8Array): NachaReturns {
  const file = readNacha(bytes);
  if (file.faults.length > 0)
    throw new Rejected(
      `The ACH file cannot be used: ${file.faults.join(' ')} Fetch it from the bank again, and leave it as it is.`,
    );
  const answers: BankAnswer[] = [];
  const others: string[] = [];
  for (const batch of file.batches) {
    for (const entry of batch.entries) {
      const answer = answerOfEntry(entry, batch, dayOf(file.header?.created_on ?? ''));
      if (answer) answers.push(answer);
      else
        others.push(
          `The entry ${entry.trace} with code ${entry.transaction_code} is no return and no change of a credit.`,
        );
    }
  }
  return { answers, others };
}

function answerOfEntry(entry: NachaEntry, { header }: NachaBatch, created_on: string | null): BankAnswer | undefined {
  const line = entry.addenda[0];
  const type = line?.slice(1, 3);
  if (!['21', '31'].includes(entry.transaction_code) || line === undefined || entry.addenda.length > 1)
    return undefined;
  if (type !== '99' && type !== '98') return undefined;
  const addenda = readAddenda(type, line);
  const words = type === '99' ? NACHA_RETURNS : NACHA_CHANGES;
  const facts: AnswerFacts = {
    kind: !Object.hasOwn(words, addenda.code) ? 'unknown' : type === '99' ? 'returned' : 'changed',
    about: 'payment',
    order_id: null,
    payment_group_id: null,
    bank_reference: entry.individual_id || null,
    trace: addenda.original_trace,
    amount_minor: BigInt(entry.amount),
    currency: 'USD',
    booked_on: type === '99' ? (dayOf(header.effective_on) ?? created_on) : null,
    status: type,
    reason_code: addenda.code,
    reason: reasonOf(addenda.code, words, [addenda.added]),
  };
  return answerOf(facts, [entry.trace]);
}

interface Addenda {
  readonly code: string;
  readonly original_trace: string;
  /** What the bank adds to the code, for a person. */
  readonly added: string;
}

function readAddenda(type: '98' | '99', line: string): Addenda {
  if (type === '99') {
    const { code, original_trace, information } = readRecord(RETURN_ADDENDA, line);
    return { code, original_trace, added: information };
  }
  const { code, original_trace, corrected } = readRecord(CHANGE_ADDENDA, line);
  return { code, original_trace, added: corrected && `corrected: ${corrected}` };
}

/** `261128` is 2026-11-28; null if it is no day. */
function dayOf(text: string): string | null {
  const day = `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}`;
  return isDay(day) ? day : null;
}
