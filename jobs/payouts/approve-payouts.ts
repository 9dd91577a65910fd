import { requireSealed } from '../../transforms/ledger/seal.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { PayoutBatchesTable } from '../../warehouse/operational/payout-tables.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Job, Run } from '../job.ts';
import { relayIfPossible } from '../load-events.ts';
import { isSamePerson } from '../same-person.ts';
import { approvalHashOf, approversNeeded, lineHashOf, SCHEDULE } from './approval.ts';
import { payoutsOf } from './batch-payouts.ts';
import { assertLatestClosedPeriod, assertNotRunning, requireBatch } from './batches.ts';
import { assertWithinLimits } from './limits.ts';
import { addStep, translateRefusals } from './payout-log.ts';
import type { PlannedLine } from './planned-lines.ts';
import { totalsOf } from './totals.ts';

interface ApprovalOptions {
  /** The hash that the person was shown; undefined to approve what is there now. */
  readonly hash?: string;
}

export const approvePayouts: Job<ApprovalOptions> = {
  name: 'approve-payouts',
  meaning:
    'Signs off the planned payouts of a period, exactly as they are; the person must not be the one who planned them, and two must sign off what the schedule planned.',
  about: 'period',
  readOptions({ hash, ...others }) {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new Rejected(`approve-payouts has no option ${unknown}; it takes hash.`);
    if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash))
      throw new Rejected(`hash must be the 64 characters that "payouts preview" shows, not ${JSON.stringify(hash)}.`);
    return hash === undefined ? {} : { hash };
  },
  async run(run, period, { hash: seen } = {}) {
    const batch = await requireBatch(run, period);
    await assertNotRunning(run, ['close-period']);
    await assertLatestClosedPeriod(run, period);
    if (batch.state !== 'planned') throw new Conflict(`The payouts of ${period} are already ${batch.state}.`);
    const approver = requireApprover(run, batch);
    const { hash, lines } = await whatIsApproved(run, batch);
    if (seen !== undefined && seen !== hash)
      throw new Conflict(
        `The payouts of ${period} were not approved: they are no longer what ${seen} stands for; look at them again.`,
      );
    assertWithinLimits(lines, { limits: run.payoutLimits, period, act: 'approved' });
    const outcome = await signOff(run, { batch, lines, hash, approver });
    await relayIfPossible(run);
    return outcome;
  },
};

/** The schedule is nobody, so what it planned needs two people. Throws `Rejected`. */
function requireApprover({ startedBy }: Run, { period, planned_by }: PayoutBatchesTable): string {
  if (isSamePerson(startedBy, SCHEDULE))
    throw new Rejected(`The schedule cannot approve the payouts of ${period}; a person must.`);
  if (isSamePerson(startedBy, planned_by))
    throw new Rejected(`${startedBy} planned the payouts of ${period}; someone else must approve them.`);
  return startedBy;
}

/** The payable lines of a batch that nobody has cancelled, and the hash of all that an approval is about. */
export async function whatIsApproved(
  run: Pick<Run, 'operational' | 'warehouse'>,
  batch: PayoutBatchesTable,
): Promise<{ readonly hash: string; readonly lines: readonly PlannedLine[] }> {
  const lines = (await payoutsOf(run.operational, [batch.batch_id]))
    .filter(({ line, life }) => line.reason === 'payable' && life.end === undefined)
    .map(({ line }) => line);
  const { seal } = await requireSealed(run.warehouse, parsePeriod(batch.period));
  invariant(
    seal === batch.ledger_seal,
    `The payouts of ${batch.batch_id} were not planned from the books of ${batch.period} as they are sealed now; they cannot be approved.`,
  );
  const hashes = lines.map((line) => [line.payout_id, lineHashOf(line)] as const);
  return { hash: approvalHashOf(batch, hashes), lines };
}

async function signOff(
  run: Run,
  {
    batch,
    lines,
    hash,
    approver,
  }: { batch: PayoutBatchesTable; lines: readonly PlannedLine[]; hash: string; approver: string },
) {
  const { batch_id, planned_by } = batch;
  const at = instant(run.clock.now());
  const author = { changed_by: approver, run_id: run.runId };
  const state = await run.operational.transaction().execute(async (transaction) => {
    // Two who sign off at once do so one after the other.
    const { state: now } = await transaction
      .selectFrom('payout_batches')
      .select('state')
      .where('batch_id', '=', batch_id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (now !== 'planned')
      throw new Conflict(
        `The payouts of ${batch.period} could not be approved: they were ${now} in the meantime; look at them again.`,
      );
    const earlier = await transaction
      .selectFrom('payout_approvals')
      .select('approved_by')
      .where('batch_id', '=', batch_id)
      .where('approval_hash', '=', hash)
      .execute();
    if (earlier.some(({ approved_by }) => isSamePerson(approved_by, approver)))
      throw new Conflict(`${approver} has already approved the payouts of ${batch.period}; someone else must, too.`);
    await transaction
      .insertInto('payout_approvals')
      .values({ batch_id, approval_hash: hash, approved_by: approver, approved_at: at })
      .execute();
    if (earlier.length + 1 < approversNeeded(batch)) return 'planned' as const;
    await transaction
      .updateTable('payout_batches')
      .set({ state: 'approved', approved_by: approver, approved_at: at, approval_hash: hash })
      .where('batch_id', '=', batch_id)
      .execute();
    for (const line of lines) {
      const step = { state: 'approved', line_hash: lineHashOf(line) } as const;
      await translateRefusals(line.payout_id, step, () =>
        addStep(transaction, { line, period: parsePeriod(batch.period), author, step, at }),
      );
    }
    return 'approved' as const;
  });
  return {
    ...{ batch_id, planned_by, approved_by: approver, approval_hash: hash },
    totals: totalsOf(lines).map(({ currency, payout_count, amount_minor }) => ({
      ...{ currency, payouts: payout_count, amount: minorToDecimal(amount_minor, currency) },
    })),
    ...(state === 'planned' && {
      missing: 'The schedule planned these payouts, so a second person must approve them.',
    }),
  };
}
