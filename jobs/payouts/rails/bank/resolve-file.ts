import { instant } from '../../../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../../../warehouse/errors.ts';
import type { PayoutFileResolutionsTable } from '../../../../warehouse/operational/bank-tables.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import type { Job, Outcome, Run } from '../../../job.ts';
import { relayIfPossible } from '../../../load-events.ts';
import { isSamePerson } from '../../../same-person.ts';
import { SCHEDULE } from '../../approval.ts';
import { endBatch } from '../../batch-payouts.ts';
import { addStep, translateRefusals } from '../../payout-log.ts';
import { resolutionsOf } from './bank-files.ts';
import { type FiledPayout, payoutsOfFile } from './find-payments.ts';

export const RESOLUTIONS = ['taken', 'never_taken'] as const;
type Resolution = PayoutFileResolutionsTable['outcome'];

interface ResolveOptions {
  readonly fileId: string;
  readonly outcome: Resolution;
  /** Why; a sentence. */
  readonly sentence: string;
}

/** Answers after which money may have moved, or will. */
const OF_MONEY = ['pending', 'booked', 'returned', 'changed'];

/**
 * Ends the wait for a bank that gives no answer about a file. `never_taken`: its open payouts fail, are owed again, and the file is handed out no
 * more. `taken`: they are sent. Another person than the exporter says so, once a file.
 */
export const resolveBankFile: Job<ResolveOptions> = {
  name: 'resolve-bank-file',
  meaning:
    'Records what has become of a bank file that the bank does not answer for: taken, so that its payouts are sent, or never taken, so that they are owed again; not by the person who exported it.',
  about: 'everything',
  readOptions({ file_id, outcome, because = '', ...others }) {
    const [unknown] = Object.keys(others);
    const known = RESOLUTIONS.find((each) => each === outcome);
    if (unknown !== undefined || file_id === undefined || known === undefined)
      throw new Rejected('resolve-bank-file takes the options file_id, outcome (taken or never_taken) and because.');
    const sentence = because.trim();
    if (sentence === '' || sentence.length > 500)
      throw new Rejected('Say in a sentence of at most 500 characters how it is known what became of the bank file.');
    return { fileId: file_id, outcome: known, sentence };
  },
  async run(run, _, options) {
    if (!options) throw new Rejected('resolve-bank-file needs its options.');
    const { batch_id, ...outcome } = await translateRefusals(`in ${options.fileId}`, { state: 'sent' }, () =>
      run.operational.transaction().execute((transaction) => resolve(transaction, run, options)),
    );
    await endBatch(run.operational, batch_id);
    await relayIfPossible(run);
    return outcome;
  },
};

async function resolve(
  transaction: Operational,
  run: Run,
  { fileId: file_id, outcome, sentence }: ResolveOptions,
): Promise<Outcome & { readonly batch_id: string }> {
  const file = await transaction
    .selectFrom('payout_files')
    .select(['batch_id', 'created_by'])
    .where('file_id', '=', file_id)
    .executeTakeFirst();
  if (!file) throw new NotFound(`There is no bank file ${file_id}; see "tantieme payouts bank-status".`);
  const { batch_id } = file;
  const payouts = await payoutsOfFile(transaction, file_id);
  const before = (await resolutionsOf(transaction, [file_id])).get(file_id);
  if (before === outcome) return { file_id, outcome, payouts: 0, was_resolved_before: true, batch_id };
  if (before) throw new Conflict(`The bank file ${file_id} was resolved as ${before} already, which stays.`);
  assertOtherPerson(run.startedBy, file.created_by, file_id);
  const open = payouts.filter(({ life }) => life.end === undefined);
  if (open.length === 0)
    throw new Conflict(`The bank file ${file_id} has no payout that waits for the bank; there is nothing to resolve.`);
  if (outcome === 'never_taken') await assertNothingPaid(transaction, file_id, payouts);
  for (const { edited, isProven } of open)
    if (!isProven) throw new Conflict(`The bank file ${file_id} was not resolved. ${edited}`);
  const at = instant(run.clock.now());
  const resolved = { resolved_by: run.startedBy, resolved_at: at, run_id: run.runId };
  await transaction
    .insertInto('payout_file_resolutions')
    .values({ file_id, outcome, sentence, ...resolved })
    .execute();
  for (const payout of open) await end(transaction, run, { payout, outcome, sentence, at });
  return { file_id, outcome, payouts: open.length, was_resolved_before: false, batch_id };
}

function assertOtherPerson(person: string, exporter: string, file: string): void {
  if (isSamePerson(person, SCHEDULE)) throw new Rejected(`The schedule cannot resolve the bank file ${file}.`);
  if (isSamePerson(person, exporter))
    throw new Rejected(`${person} exported the bank file ${file}; someone else must say what became of it.`);
}

/** Throws `Conflict` if the bank has said that it pays something of a file, or will. */
async function assertNothingPaid(
  transaction: Operational,
  file_id: string,
  payouts: readonly FiledPayout[],
): Promise<void> {
  const answered = await transaction
    .selectFrom('payout_bank_answers')
    .select('sentence')
    .where('file_id', '=', file_id)
    .where('kind', 'in', OF_MONEY)
    .executeTakeFirst();
  const paid = payouts.find(({ life: { end } }) => end && end.state !== 'failed');
  if (!answered && !paid) return;
  const why = answered?.sentence ?? `${paid?.line.payout_id} is ${paid?.life.end?.state}.`;
  throw new Conflict(
    `The bank file ${file_id} cannot be resolved as never taken, because the bank has it: ${why} Read its further answers, or resolve the file as taken.`,
  );
}

async function end(
  transaction: Operational,
  run: Run,
  { payout, outcome, sentence, at }: { payout: FiledPayout; outcome: Resolution; sentence: string; at: string },
): Promise<void> {
  const { line, life, bank_reference: transfer_id_stripe } = payout;
  const author = { changed_by: run.startedBy, run_id: run.runId };
  const shared = { line, period: parsePeriod(payout.period), author, at };
  const attempt = life.attempt?.number ?? 1;
  if (outcome === 'taken') {
    const step = { state: 'sent', attempt, transfer_id_stripe, detail: sentence } as const;
    await addStep(transaction, { ...shared, step });
    return;
  }
  const reason = `The bank never took the file: ${sentence}`;
  await addStep(transaction, { ...shared, step: { state: 'key_spent', attempt, reason } });
  await addStep(transaction, { ...shared, step: { state: 'failed', attempt, reason } });
}
