import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { type AchTexts, checkAch } from './ach-rules.ts';
import { checkNacha } from './check-nacha.ts';
import {
  BATCH_CONTROL,
  BATCH_HEADER,
  ENTRY,
  entryHashOf,
  FILE_CONTROL,
  FILE_HEADER,
  PAYMENT_ADDENDA,
  RECORD_LENGTH,
  RECORDS_PER_BLOCK,
  writeRecord,
} from './nacha-records.ts';
import { assertNoFaults } from './order-faults.ts';
import {
  type AchOrder,
  type AchPayment,
  type BankFile,
  bankReferenceOf,
  inOrder,
  type SentPayment,
} from './payment-order.ts';

/** Credits only. */
const CREDITS = '220';
const TRANSACTION_CODES = { checking: '22', savings: '32' } as const;

/** A batch of entries of one form, and what its control record says of it. */
interface Batch {
  readonly lines: readonly string[];
  readonly rdfis: readonly string[];
  /** Entries and addenda. */
  readonly count: number;
  readonly credits: bigint;
}

/**
 * The ACH file of an order: a batch of PPD entries for persons, one of CCD entries for companies, no offsetting debit. Throws one
 * `OrderRefused` with every fault; then there is no file.
 */
export function writeNacha(order: AchOrder): BankFile {
  const { faults, changes, debtorName, destinationName, texts } = checkAch(order);
  assertNoFaults(order, faults);
  const payments: SentPayment[] = [];
  const traceOf = (payment: AchPayment): string => {
    const number = BigInt(order.first_trace + payments.length);
    const trace = `${order.debtor.odfi_routing.slice(0, 8)}${number.toString().padStart(7, '0')}`;
    const bank_reference = bankReferenceOf(payment.payout_id, 'ach');
    payments.push({ payout_id: payment.payout_id, bank_reference, trace });
    return trace;
  };
  const batches = (['person', 'company'] as const)
    .map((holder) => inOrder(order.payments.filter((payment) => payment.holder === holder)))
    .filter((entries) => entries.length > 0)
    .map((entries, at) => {
      const lines = entries.map((payment) =>
        linesOfEntry(
          payment,
          requirePresent(texts.get(payment.payout_id), 'Each payment has texts.'),
          traceOf(payment),
        ),
      );
      return batchOf({ order, entries, lines, number: String(at + 1), debtorName });
    });
  const header = writeRecord(FILE_HEADER, {
    immediate_destination: order.debtor.immediate_destination.padStart(10),
    immediate_origin: order.debtor.immediate_origin.padStart(10),
    created_on: order.created_at.slice(2, 10).replaceAll('-', ''),
    created_time: order.created_at.slice(11, 16).replace(':', ''),
    file_id_modifier: order.file_id_modifier,
    destination_name: destinationName,
    origin_name: debtorName,
  });
  const bytes = Buffer.from(fileOf(header, batches), 'latin1');
  const wrong = checkNacha(bytes);
  invariant(
    wrong.length === 0,
    `The file of the order ${order.order_id} keeps the rules of Nacha, but: ${wrong.join(' ')}`,
  );
  return { bytes, payments, changes };
}

function linesOfEntry(payment: AchPayment, texts: AchTexts, trace: string): string[] {
  const entry = writeRecord(ENTRY, {
    transaction_code: TRANSACTION_CODES[payment.account_kind],
    rdfi: payment.routing.slice(0, 8),
    check_digit: payment.routing.slice(8),
    account: payment.account,
    amount: payment.amount_minor.toString(),
    individual_id: bankReferenceOf(payment.payout_id, 'ach'),
    name: texts.name,
    has_addenda: texts.remittance === null ? '0' : '1',
    trace,
  });
  if (texts.remittance === null) return [entry];
  const addenda = { information: texts.remittance, sequence: '1', entry_number: trace.slice(-7) };
  return [entry, writeRecord(PAYMENT_ADDENDA, addenda)];
}

function batchOf(batch: {
  readonly order: AchOrder;
  readonly entries: readonly AchPayment[];
  readonly lines: readonly string[][];
  readonly number: string;
  readonly debtorName: string;
}): Batch {
  const { debtor, execution_on } = batch.order;
  const rdfis = batch.entries.map(({ routing }) => routing.slice(0, 8));
  const credits = batch.entries.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
  const lines = batch.lines.flat();
  const same = {
    service_class: CREDITS,
    company_id: debtor.company_id,
    odfi: debtor.odfi_routing.slice(0, 8),
    batch_number: batch.number,
  };
  const header = writeRecord(BATCH_HEADER, {
    ...same,
    company_name: batch.debtorName,
    entry_class: batch.entries[0]?.holder === 'company' ? 'CCD' : 'PPD',
    entry_description: debtor.entry_description,
    effective_on: execution_on.slice(2).replaceAll('-', ''),
    originator_status: '1',
  });
  const count = lines.length;
  const sums = { count: String(count), entry_hash: entryHashOf(rdfis), credits: credits.toString() };
  return { lines: [header, ...lines, writeRecord(BATCH_CONTROL, { ...same, ...sums })], rdfis, count, credits };
}

function fileOf(header: string, batches: readonly Batch[]): string {
  const lines = [header, ...batches.flatMap((batch) => batch.lines)];
  const blocks = Math.ceil((lines.length + 1) / RECORDS_PER_BLOCK);
  const control = writeRecord(FILE_CONTROL, {
    batch_count: String(batches.length),
    block_count: String(blocks),
    count: String(batches.reduce((sum, { count }) => sum + count, 0)),
    entry_hash: entryHashOf(batches.flatMap(({ rdfis }) => rdfis)),
    credits: batches.reduce((sum, { credits }) => sum + credits, 0n).toString(),
  });
  const filled = [...lines, control];
  while (filled.length < blocks * RECORDS_PER_BLOCK) filled.push('9'.repeat(RECORD_LENGTH));
  return filled.map((line) => `${line}\n`).join('');
}
