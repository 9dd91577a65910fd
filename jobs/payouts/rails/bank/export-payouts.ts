import { readBankSettings } from '../../../../reports/bank/bank-settings.ts';
import { linesOf, OrderRefused } from '../../../../reports/bank/order-faults.ts';
import { instant, isDay } from '../../../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../../../warehouse/errors.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import { minorToDecimal } from '../../../../warehouse/money.ts';
import type { BankRail } from '../../../../warehouse/operational/bank-tables.ts';
import type { PayoutBatchesTable } from '../../../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../../../warehouse/period.ts';
import type { Job, Run } from '../../../job.ts';
import { catchUp, relayIfPossible } from '../../../load-events.ts';
import { openBankAccount, requireBankKeys } from '../../../payout-accounts/bank-accounts.ts';
import { payersOfYear } from '../../../tax/payers.ts';
import { payoutsOf } from '../../batch-payouts.ts';
import { assertLatestClosedPeriod, assertNotRunning, batchesOf, requireBatch } from '../../batches.ts';
import { factReader } from '../../current-facts.ts';
import { assertCompared } from '../../last-comparison.ts';
import type { PlannedLine } from '../../planned-lines.ts';
import { assertAsApproved, assertBatchWithinLimits } from '../../send-batch.ts';
import { BANK_RAILS } from '../rail.ts';
import { type BankFileHead, filesOf, resolutionsOf } from './bank-files.ts';
import { railOf } from './bank-request.ts';
import { LastCheck } from './last-check.ts';
import { type FileToStore, storeFile } from './store-file.ts';

interface ExportOptions {
  readonly rail: BankRail;
  /** The day on which the bank should pay; undefined for the day of the export. */
  readonly executionOn: string | undefined;
}

/**
 * Makes the bank file of the approved payouts of a rail and hands it out. What is in a file is locked: only an answer of the bank frees it. A
 * run that is repeated makes no second file of the same payouts, and names those that there are. `refused` of the outcome says
 * which files or payments could not be made, a sentence for each reason; if there is no file to hand out, the run fails with them.
 */
export const exportPayouts: Job<ExportOptions> = {
  name: 'export-payouts',
  meaning:
    'Writes the approved payouts of a period to bank accounts into a file for the bank, each once; the file is handed out as often as needed.',
  about: 'period',
  readOptions({ rail, execution_on: executionOn, ...others }) {
    const [unknown] = Object.keys(others);
    const known = BANK_RAILS.find((each) => each === rail);
    if (unknown !== undefined || known === undefined)
      throw new Rejected('export-payouts takes the options rail, which is sepa or ach, and execution_on.');
    if (executionOn !== undefined && !isDay(executionOn))
      throw new Rejected(`execution_on is a day such as 2026-02-03, not ${JSON.stringify(executionOn)}.`);
    return { rail: known, executionOn };
  },
  async run(run, period, options) {
    const { rail, executionOn } = requirePresent(options, 'The options of export-payouts were read.');
    const batch = await requireBatch(run, period);
    const batches = await batchesOf(run, period);
    const approved = batches.filter(({ state }) => state === 'approved');
    if (batch.state === 'planned' && approved.length === 0)
      throw new Conflict(
        `The payouts of ${period} cannot be exported: they are not approved; someone other than ${batch.planned_by} must approve them first.`,
      );
    if (approved.length > 0) {
      await assertNotRunning(run, ['close-period']);
      await catchUp(run);
    }
    const refused: string[] = [];
    for (const each of approved) refused.push(...(await exportBatch(run, { batch: each, period, rail, executionOn })));
    await relayIfPossible(run);
    const summary = await summaryOf(run, { period, rail, batchIds: batches.map(({ batch_id }) => batch_id) });
    if (refused.length > 0 && summary.files.length === 0) throw new Rejected(refused.join('\n'));
    return { ...summary, refused };
  },
};

/** Why not every payout of the batch that is ready is in a file, a sentence for each reason. */
async function exportBatch(
  run: Run,
  { batch, period, rail, executionOn }: ExportOptions & { batch: PayoutBatchesTable; period: Period },
): Promise<readonly string[]> {
  const waiting = await waitingOf(run, { batchId: batch.batch_id, rail });
  if (waiting.length === 0) return [];
  const settingsOf = await readBankSettings(run.bankFile);
  const taxKeys = requireBankKeys(run);
  await assertLatestClosedPeriod(run, period);
  const compared = () => assertCompared(run, { period, sequence: batch.sequence, act: 'sent' });
  await compared();
  await assertAsApproved(run, batch);
  await assertBatchWithinLimits(run, batch);
  const facts = await factReader(run, { period, assertCurrent: compared })();
  const check = new LastCheck(run, { facts, period });
  const ready: PlannedLine[] = [];
  for (const { line, life } of waiting) {
    run.interruption.throwIfAborted();
    if (await check.isReady(line, life)) ready.push(line);
  }
  if (ready.length === 0) return [];
  const payouts = [];
  for (const line of ready) {
    const id = requirePresent(line.account_id_stripe, `The payout ${line.payout_id} has an account.`);
    payouts.push({ line, account: await openBankAccount(run, id) });
    if (payouts.length % 250 === 0) run.progress(`${payouts.length} of ${ready.length} bank accounts opened`);
  }
  // Whose payer changes with the year is paid by that of the day.
  const day = executionOn ?? instant(run.clock.now());
  const payerOf = await payersOfYear(run, day.slice(0, 4));
  const refused: string[] = [];
  for (const [payer, own] of Map.groupBy(payouts, ({ line }) => payerOf(line.creator_id))) {
    const file = { payouts: own, batch, period, rail, settings: settingsOf(payer), taxKeys, executionOn };
    refused.push(...(await storeIfPossible(run, file)));
  }
  return refused;
}

/** Stores the file of a payer without the payments that its scheme refuses. Why not all of them are in a file, a sentence for each reason. */
async function storeIfPossible(run: Run, file: FileToStore): Promise<readonly string[]> {
  try {
    await storeFile(run, file);
    return [];
  } catch (error) {
    // What stops one payer stops no other.
    if (!(error instanceof Rejected)) throw error;
    const faults = error instanceof OrderRefused ? error.faults : [];
    const faulty = new Set(faults.map(({ creator_id }) => creator_id));
    const payouts = file.payouts.filter(({ line }) => !faulty.has(line.creator_id));
    if (faulty.size === 0 || faulty.has(null) || payouts.length === 0) return [error.message];
    return [
      `The payouts to these creators are in no bank file; correct what is named, and export again:${linesOf(faults)}`,
      ...(await storeIfPossible(run, { ...file, payouts })),
    ];
  }
}

/** The payouts of a batch by a rail that were never requested and have not ended. */
async function waitingOf({ operational }: Run, { batchId, rail }: { batchId: string; rail: BankRail }) {
  const payouts = await payoutsOf(operational, [batchId]);
  return payouts.filter(({ line, life }) => railOf(line) === rail && !life.end && !life.attempt && life.isApproved);
}

interface Summary {
  readonly period: Period;
  readonly rail: BankRail;
  readonly batchIds: readonly string[];
}

async function summaryOf(run: Run, { period, rail, batchIds }: Summary) {
  const files = await filesOf(run.operational, { batchIds, rail });
  const fileIds = files.map(({ file_id }) => file_id);
  const resolutions = await resolutionsOf(run.operational, fileIds);
  const current = files.filter(({ file_id }) => resolutions.get(file_id) !== 'never_taken');
  const waiting = [];
  for (const batchId of batchIds) waiting.push(...(await waitingOf(run, { batchId, rail })));
  const held = waiting.filter(({ life }) => life.hold);
  return { period, rail, files: current.map(shownFile), held: held.length };
}

/** A file in words of the API. */
function shownFile(file: BankFileHead) {
  const { file_id, batch_id, payout_rail, order_id, execution_on, currency, payment_count, file_name } = file;
  return {
    ...{ file_id, batch_id, payout_rail, order_id, execution_on, currency, payments: payment_count },
    amount: minorToDecimal(file.amount_minor, currency),
    ...{ file_name, file_hash: file.file_hash, created_by: file.created_by, created_at: file.created_at },
    text_changes: file.text_changes,
  };
}
