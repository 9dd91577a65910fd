import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { BankSettings } from '../../../../reports/bank/bank-settings.ts';
import type { BankFile, PaymentOrder } from '../../../../reports/bank/payment-order.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { Unavailable } from '../../../../warehouse/errors.ts';
import { derivedId, sha256Hex } from '../../../../warehouse/ids.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { BankRail } from '../../../../warehouse/operational/bank-tables.ts';
import { insertable } from '../../../../warehouse/operational/insertable.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { PayoutBatchesTable } from '../../../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../../../warehouse/period.ts';
import type { Run } from '../../../job.ts';
import type { TaxKeys } from '../../../tax/tax-keys.ts';
import { addStep, translateRefusals } from '../../payout-log.ts';
import { sealBytes } from './bank-files.ts';
import {
  composeOrder,
  debtorOf,
  fileNameOf,
  type OrderHead,
  type PayoutToExport,
  requireFileIdModifier,
  writeOrder,
} from './order-of-payouts.ts';

export interface FileToStore {
  readonly payouts: readonly PayoutToExport[];
  readonly batch: PayoutBatchesTable;
  readonly period: Period;
  readonly rail: BankRail;
  readonly settings: BankSettings;
  readonly taxKeys: TaxKeys;
  readonly executionOn: string | undefined;
}

/** How often a file is written anew because another one was stored meanwhile. */
const TRIES = 5;

/**
 * Writes the file and stores it with the intent of each payout in it, in one transaction: whoever gets the bytes finds the payouts locked, and a
 * stop at any point leaves all or nothing. It is sealed before, so that no key service is called under the lock. Throws `OrderRefused` with every
 * fault, `LeaseLost`, `StepRefused` if a payout has changed, and `Unavailable` if other exports were always faster.
 */
export async function storeFile(run: Run, file: FileToStore): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const prepared = await prepare(run, file);
    if (await store(run, file, prepared)) return;
  }
  throw new Unavailable('No bank file was made: others are being made at the same time; export again.');
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

async function prepare(run: Run, file: FileToStore) {
  const created_at = instant(run.clock.now());
  const { number, head } = await headOf(run.operational, file, created_at);
  const order = composeOrder(file.payouts, { rail: file.rail, settings: file.settings, head });
  const written = writeOrder(order);
  const file_id = derivedId('bankfile', order.order_id);
  const sealed = await sealBytes(written.bytes, { taxKeys: file.taxKeys, place: ['payout_files', file_id] });
  return { number, head, order, written, file_id, sealed };
}

/** Whether it was stored: not if its numbers were taken meanwhile. */
function store(run: Run, file: FileToStore, prepared: Prepared): Promise<boolean> {
  const { number, head, order, written, file_id, sealed } = prepared;
  return run.operational.transaction().execute(async (transaction) => {
    // Numbers of files and traces follow one another, whoever exports which period.
    await sql`lock table payout_files in exclusive mode`.execute(transaction);
    const now = await headOf(transaction, file, head.created_at);
    if (!isDeepStrictEqual(now, { number, head })) return false;
    await transaction
      .insertInto('payout_files')
      .values({ file_id, number, ...rowOf(run, { file, order, written }), ...sealed })
      .execute();
    await lockPayouts(transaction, run, { file, file_id, written });
    return true;
  });
}

async function headOf(
  transaction: Operational,
  { batch: { batch_id, sequence }, rail, period, payouts, executionOn }: FileToStore,
  created_at: string,
): Promise<{ readonly number: number; readonly head: OrderHead }> {
  const today = created_at.slice(0, 10);
  const files = await transaction
    .selectFrom('payout_files')
    .select(['batch_id', 'payout_rail', 'created_at'])
    .execute();
  const number = files.filter((each) => each.batch_id === batch_id && each.payout_rail === rail).length + 1;
  const ofToday = files.filter((each) => each.payout_rail === 'ach' && each.created_at.startsWith(today)).length;
  return {
    number,
    head: {
      order_id: `${period}-${sequence}-${rail === 'sepa' ? 'S' : 'A'}${number}`,
      ...{ created_at, execution_on: executionOn ?? today, period },
      first_trace: rail === 'ach' ? await nextTrace(transaction, payouts.length) : 1,
      file_id_modifier: rail === 'ach' ? requireFileIdModifier(ofToday) : 'A',
    },
  };
}

/** After the last one; it begins anew where the numbers would not suffice, since an answer also names the payout. */
async function nextTrace(transaction: Operational, count: number): Promise<number> {
  const last = await transaction
    .selectFrom('payout_file_lines as line')
    .innerJoin('payout_files as file', 'file.file_id', 'line.file_id')
    .select('line.trace')
    .where('line.trace', 'is not', null)
    .orderBy('file.created_at', 'desc')
    .orderBy('line.trace', 'desc')
    .limit(1)
    .executeTakeFirst();
  const next = Number(last?.trace?.slice(8) ?? 0) + 1;
  return next + count - 1 <= 9_999_999 ? next : 1;
}

function rowOf(run: Run, { file, order, written }: { file: FileToStore; order: PaymentOrder; written: BankFile }) {
  const { order_id, created_at, execution_on, payments } = order;
  const { bytes, changes } = written;
  return {
    ...{ batch_id: file.batch.batch_id, payout_rail: file.rail, order_id, debtor: debtorOf(order), execution_on },
    currency: requirePresent(payments[0], 'A file has a payment.').currency,
    payment_count: payments.length,
    amount_minor: payments.reduce((sum, { amount_minor }) => sum + amount_minor, 0n),
    ...{
      file_name: fileNameOf(order, file.settings),
      file_hash: sha256Hex(bytes),
      byte_size: BigInt(bytes.byteLength),
    },
    // Names and addresses stay sealed: whoever may see them opens the file.
    text_changes: JSON.stringify(changes.map(({ creator_id, field, because }) => ({ creator_id, field, because }))),
    ...{ created_by: run.startedBy, created_at, run_id: run.runId },
  };
}

async function lockPayouts(
  transaction: Operational,
  run: Run,
  { file, file_id, written }: { file: FileToStore; file_id: string; written: BankFile },
): Promise<void> {
  const at = instant(run.clock.now());
  const author = { changed_by: run.startedBy, run_id: run.runId };
  const step = { state: 'intent', attempt: 1 } as const;
  for (const { line } of file.payouts)
    await translateRefusals(line.payout_id, step, () =>
      addStep(transaction, { line, period: file.period, author, step, at }),
    );
  const amounts = new Map(file.payouts.map(({ line }) => [line.payout_id, line.amount_minor]));
  const lines = written.payments.map((sent) => ({
    ...{ file_id, ...sent },
    amount_minor: requirePresent(amounts.get(sent.payout_id), 'A payment of a file is a payout of it.'),
  }));
  for (const some of insertable(lines)) await transaction.insertInto('payout_file_lines').values(some).execute();
}
