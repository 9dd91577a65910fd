import { bankEntryRecorded, bankStatementRecorded } from '../../../../ingest/events/bank.ts';
import { enqueueEvent, enqueueEvents } from '../../../../ingest/outbox/enqueue-event.ts';
import type { BankAnswer } from '../../../../reports/bank/bank-answer.ts';
import type { OtherEntry } from '../../../../reports/bank/camt-entries.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { derivedId, sha256Hex } from '../../../../warehouse/ids.ts';
import { minorToDecimal } from '../../../../warehouse/money.ts';
import type { BankStatementsTable } from '../../../../warehouse/operational/bank-tables.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { Run } from '../../../job.ts';
import type { PayoutLine } from '../../payout-log.ts';
import type { Difference } from './answer-effect.ts';

/** What a bank has said, or a part of it that is about one payout, as it is booked and compared (`Bank Entry Recorded`). */
export interface EntryPart {
  readonly kind: 'payout' | 'return' | 'fee' | 'unexplained' | 'unknown_payment' | Difference;
  /** What it has moved of the balance, in minor units with the bank's sign; 0 where no statement has it. */
  readonly bank_minor: bigint;
  readonly line?: Pick<PayoutLine, 'payout_id' | 'creator_id'> | undefined;
  readonly sentence: string;
}

/** The longest text of an event. */
const LONGEST = 500;

/** Reports the parts of one answer, in the transaction that acts on it: an answer is acted on once. */
export async function reportEntry(
  transaction: Operational,
  run: Run,
  {
    answer: { reference, booked_on },
    currency,
    parts,
  }: { answer: Pick<BankAnswer, 'reference' | 'booked_on'>; currency: string; parts: readonly EntryPart[] },
): Promise<void> {
  if (parts.length === 0) return;
  const occurredAt = bookedAt(run, booked_on);
  const events = parts.map(({ kind, bank_minor, line, sentence }) => {
    const bank_entry_id = derivedId('bank_entry', reference, kind, line?.payout_id ?? '');
    return {
      ...{ declaration: bankEntryRecorded, messageId: bank_entry_id, occurredAt },
      properties: {
        ...{ bank_entry_id, bank_entry_kind: kind, bank_amount: minorToDecimal(bank_minor, currency), currency },
        ...(line && { payout_id: line.payout_id, creator_id: line.creator_id }),
        ...{ detail: sentence.slice(0, LONGEST), changed_by: run.startedBy },
      },
    };
  });
  await enqueueEvents(transaction, events);
}

/** Reports a statement and its entries that are no payments of ours, in the transaction that stores it. */
export async function reportStatement(
  transaction: Operational,
  run: Run,
  {
    statement: { statement_key, account, currency, opening_minor, closing_minor },
    closed_on,
    place,
    others,
  }: {
    statement: Pick<BankStatementsTable, 'statement_key' | 'account' | 'currency' | 'opening_minor' | 'closing_minor'>;
    closed_on: string | null;
    /** Its place among the statements of its file: pages of one day follow one another by a millisecond each. */
    place: number;
    others: readonly OtherEntry[];
  },
): Promise<void> {
  await enqueueEvent(transaction, {
    ...{ declaration: bankStatementRecorded, messageId: derivedId('bank_statement', statement_key) },
    occurredAt: bookedAt(run, closed_on, place),
    properties: {
      ...{ bank_statement_id: derivedId('bank_statement', statement_key), currency, changed_by: run.startedBy },
      own_bank_account: `${sha256Hex(account).slice(0, 12)}_${account.slice(-4)}`,
      statement_opening_amount: minorToDecimal(opening_minor, currency),
      statement_closing_amount: minorToDecimal(closing_minor, currency),
    },
  });
  for (const other of others) {
    if (other.signed_minor === 0n) continue;
    const kind = other.isFee ? 'fee' : 'unexplained';
    const parts = [{ kind, bank_minor: other.signed_minor, sentence: other.sentence }] as const;
    await reportEntry(transaction, run, { answer: other, currency, parts });
  }
}

/** The day on which a bank has booked it, but not in the future; `after` it by some milliseconds. */
function bookedAt({ clock }: Run, day: string | null, after = 0): string {
  const now = clock.now();
  return instant(day === null ? now : Math.min(Date.parse(`${day}T00:00:00.000Z`) + after, now));
}
