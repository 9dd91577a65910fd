import type { BankAnswer } from '../../../../reports/bank/bank-answer.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { BatchPayout } from '../../batch-payouts.ts';
import { lifeOf } from '../../payout-life.ts';
import { logOf } from '../../payout-log.ts';
import { plannedLines } from '../../planned-lines.ts';
import { type ExportedLine, exportedLine } from './exported-line.ts';

/** A payout in a file: its line as it was exported, and its life as it is now. */
export interface FiledPayout extends BatchPayout, ExportedLine {
  readonly file_id: string;
  readonly bank_reference: string;
  readonly period: string;
}

/** What an answer is about: payouts of one file; nothing of ours; or something that contradicts itself, in a sentence. */
export type Found =
  | { readonly file_id: string; readonly payouts: readonly FiledPayout[]; readonly note?: string }
  | { readonly notOurs: true }
  | { readonly contradiction: string };

/**
 * The payouts that an answer is about, locked, in the order of their ids. `account` is that of the statement that has the answer: the file must
 * have been paid from it.
 */
export async function findPayments(
  transaction: Operational,
  answer: BankAnswer,
  { account }: { readonly account: string | undefined },
): Promise<Found> {
  const rows = await rowsOf(transaction, answer);
  const [first] = rows;
  if (first === undefined) return { notOurs: true };
  const { file_id, order_id, debtor, payout_rail } = first;
  if (rows.some((row) => row.file_id !== file_id))
    return { contradiction: `The bank names two orders at once: ${namesOf(answer).join(' and ')}.` };
  if (account !== undefined && payout_rail === 'sepa' && account !== debtor)
    return { contradiction: `A statement of another account than that of ${order_id} names its payments.` };
  if (
    answer.about === 'payment' &&
    answer.trace !== null &&
    answer.bank_reference !== null &&
    answer.bank_reference !== first.bank_reference
  )
    return {
      contradiction: `The bank names the payment ${answer.bank_reference} with the trace of ${first.bank_reference}.`,
    };
  const payouts = await locked(transaction, rows);
  return { file_id, payouts, ...(answer.about === 'payment' && otherName(answer, order_id)) };
}

type FiledRow = Awaited<ReturnType<typeof rowsOf>>[number];

/** The payouts of a file, locked, in the order of their ids. */
export async function payoutsOfFile(transaction: Operational, fileId: string): Promise<FiledPayout[]> {
  return locked(transaction, await filedLines(transaction).where('filed.file_id', '=', fileId).execute());
}

async function locked(transaction: Operational, rows: readonly FiledRow[]): Promise<FiledPayout[]> {
  const payouts: FiledPayout[] = [];
  for (const { payout_id, file_id, bank_reference, period, ...filed } of rows) {
    const line = await plannedLines(transaction)
      .where('line.payout_id', '=', payout_id)
      .forUpdate('line')
      .executeTakeFirstOrThrow();
    const life = lifeOf(await logOf(transaction, payout_id));
    payouts.push({ file_id, bank_reference, period, life, ...exportedLine({ line, life }, filed) });
  }
  return payouts;
}

const namesOf = ({ order_id, payment_group_id }: BankAnswer): string[] => [
  ...new Set([order_id, payment_group_id].filter((id) => id !== null)),
];

/** The id of a payment is unique, and what banks fill in as that of its order is often their own. */
function otherName(answer: BankAnswer, orderId: string): { readonly note?: string } {
  const others = namesOf(answer).filter((id) => id !== orderId);
  return others.length === 0
    ? {}
    : { note: `The bank names ${others.join(' and ')} as its order, and not ${orderId}.` };
}

function filedLines(transaction: Operational) {
  return transaction
    .selectFrom('payout_file_lines as filed')
    .innerJoin('payout_files as file', 'file.file_id', 'filed.file_id')
    .innerJoin('payout_batches as batch', 'batch.batch_id', 'file.batch_id')
    .select(['filed.payout_id', 'filed.bank_reference', 'filed.trace', 'filed.file_id', 'batch.period'])
    .select(['filed.amount_minor', 'file.order_id', 'file.debtor', 'file.payout_rail', 'file.currency'])
    .orderBy('file.created_at', 'desc')
    .orderBy('filed.payout_id');
}

async function rowsOf(transaction: Operational, answer: BankAnswer) {
  const lines = filedLines(transaction);
  if (answer.about !== 'payment') {
    const names = namesOf(answer);
    return names.length === 0 ? [] : lines.where('file.order_id', 'in', names).execute();
  }
  // Traces begin anew after ten million: the last payment that has one.
  if (answer.trace !== null) return lines.where('filed.trace', '=', answer.trace).limit(1).execute();
  return lines.where('filed.bank_reference', '=', answer.bank_reference ?? '').execute();
}
