import { requireSealed } from '../../transforms/ledger/seal.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { PayoutBatchesTable } from '../../warehouse/operational/payout-tables.ts';
import { parsePeriod, periodEnd } from '../../warehouse/period.ts';
import type { Run } from '../job.ts';
import { relayIfPossible } from '../load-events.ts';
import { isSamePerson } from '../same-person.ts';
import { approvalHashOf, approversNeeded } from './approval.ts';
import { type BatchPayout, endBatch, payoutsOf } from './batch-payouts.ts';
import { isLatestClosedPeriod } from './batches.ts';
import { factReader } from './current-facts.ts';
import { assertCompared } from './last-comparison.ts';
import { assertWithinLimits } from './limits.ts';
import { payoutsInFiles } from './rails/bank/bank-files.ts';
import { railOf } from './rails/bank/bank-request.ts';
import { openTransfers } from './rails/stripe/open-transfers.ts';
import type { StripeTransfers } from './rails/stripe/stripe-transfers.ts';
import { type Sending, SettledPayout } from './settle-payout.ts';
import { workThrough } from './work-through.ts';

/** After this many payouts in a row without an answer from Stripe, a run stops instead of waiting for each of the others. */
const UNANSWERED_IN_A_ROW = 3;

/** After so many refusals in a row that say nothing of one payout, the fault is likely not theirs. */
const REFUSED_IN_A_ROW = 5;

/** Payouts that are in progress at once: enough for Stripe's rate if an answer takes half a second. */
const AT_ONCE = 16;

/**
 * Takes the approved payouts of a batch to their ends, as far as possible now. Once a later period is closed, no attempt is made any more: what
 * was never requested is cancelled, and what was is looked up.
 */
export async function sendBatch(run: Run, batch: PayoutBatchesTable): Promise<void> {
  const period = parsePeriod(batch.period);
  const attempts = await isLatestClosedPeriod(run, period);
  const compared = () => assertCompared(run, { period, sequence: batch.sequence, act: 'sent' });
  if (attempts) await compared();
  if (attempts) await assertAsApproved(run, batch);
  if (attempts) await assertBatchWithinLimits(run, batch);
  const transfers = openTransfers(run);
  const sending: Sending = {
    ...{ run, transfers, period, attempts },
    // A transfer that exists is not requested again, even if our log was lost or restored from an older backup.
    made: await transfers.made({ batchId: batch.batch_id, since: periodEnd(period) }),
    facts: factReader(run, { period, assertCurrent: compared }),
    unfunded: new Map(),
    isCancelledFor: missingCurrencies(run, transfers),
  };
  await settleAll(sending, batch);
  await endBatch(run.operational, batch.batch_id);
}

/** Whether the payouts of a currency are cancelled because the platform's balance does not have it. The balance is read once, if that is set. */
function missingCurrencies({ missingCurrency }: Run, transfers: StripeTransfers): Sending['isCancelledFor'] {
  let held: Promise<ReadonlySet<string>> | undefined;
  return async (currency) => {
    if (missingCurrency !== 'cancel') return false;
    held ??= transfers.heldCurrencies();
    return !(await held).has(currency);
  };
}

/** Those that are not paid by bank files. What is in a file is none of these, whatever its request says now. */
async function payoutsOfStripe({ operational }: Run, batchId: string): Promise<BatchPayout[]> {
  const exported = await payoutsInFiles(operational, [batchId]);
  const payouts = await payoutsOf(operational, [batchId]);
  return payouts.filter(({ line }) => railOf(line) === 'stripe' && !exported.has(line.payout_id));
}

async function settleAll(sending: Sending, { batch_id, period }: PayoutBatchesTable): Promise<void> {
  const { run } = sending;
  const payouts = await payoutsOfStripe(run, batch_id);
  let [worked, unanswered, refused] = [0, 0, 0];
  const relay = relayInBackground(run);
  await workThrough(payouts, {
    atOnce: run.payoutPacing?.atOnce ?? Math.max(AT_ONCE, run.payoutPacing?.perSecond ?? 0),
    async work({ line }) {
      run.interruption.throwIfAborted();
      const settled = await new SettledPayout(sending, line).settle();
      unanswered = settled.unanswered === undefined ? 0 : unanswered + 1;
      if (unanswered >= UNANSWERED_IN_A_ROW) {
        throw new Unavailable(
          `The remaining payouts of ${period} could not be sent: Stripe does not answer (${settled.unanswered}); run send-payouts again later.`,
        );
      }
      refused = settled.refused === undefined ? 0 : refused + 1;
      if (refused >= REFUSED_IN_A_ROW) {
        throw new Unavailable(
          `The remaining payouts of ${period} were not sent: Stripe refused ${refused} in a row (the last one: ${settled.refused}); see payouts status, put right what is wrong, and run send-payouts again.`,
        );
      }
      worked++;
      if (worked % 25 === 0) run.progress(`${worked} of ${payouts.length} payouts`);
      if (worked % 250 === 0) relay.begin();
    },
  }).finally(relay.end);
}

/** Sends the events of a long run while it waits for its turn at Stripe. */
function relayInBackground(run: Run): { begin(): void; end(): Promise<void> } {
  let relaying: Promise<void> | undefined;
  const relay = async (): Promise<void> => {
    await relayIfPossible(run);
    relaying = undefined;
  };
  return {
    begin() {
      relaying ??= relay();
    },
    end: async () => relaying,
  };
}

/** The books are still sealed as they were, and the lines are together what was approved. Throws `InvariantBroken` and `Conflict`. */
export async function assertAsApproved(run: Run, batch: PayoutBatchesTable): Promise<void> {
  const { seal } = await requireSealed(run.warehouse, parsePeriod(batch.period));
  const hashes = (await payoutsOf(run.operational, [batch.batch_id])).flatMap(({ line, life: { approvedHash } }) =>
    approvedHash === undefined ? [] : [[line.payout_id, approvedHash] as const],
  );
  invariant(
    seal === batch.ledger_seal && approvalHashOf(batch, hashes) === batch.approval_hash,
    `The payouts of ${batch.batch_id} are not those that were approved, or not of the books that were approved; none was sent.`,
  );
  await assertSignedOff(run, batch);
}

/** What was sent and what is to be sent is together not above the limits of now; a single payout above its own is held. Throws `Conflict`. */
export async function assertBatchWithinLimits(run: Run, { batch_id, period }: PayoutBatchesTable): Promise<void> {
  const lines = (await payoutsOf(run.operational, [batch_id]))
    .filter(({ life }) => life.end?.state !== 'failed' && life.end?.state !== 'cancelled')
    .map(({ line }) => line);
  const limits = run.payoutLimits && { line: new Map(), batch: run.payoutLimits.batch };
  assertWithinLimits(lines, { limits, period, act: 'sent' });
}

/** As many people as needed have signed off what is sent, and none of them is the planner. Throws `InvariantBroken`. */
async function assertSignedOff({ operational }: Run, batch: PayoutBatchesTable): Promise<void> {
  const { batch_id, approval_hash, planned_by } = batch;
  const approvals = await operational
    .selectFrom('payout_approvals')
    .select('approved_by')
    .where('batch_id', '=', batch_id)
    .where('approval_hash', '=', approval_hash ?? '')
    .execute();
  const people = approvals.filter(({ approved_by }) => !isSamePerson(approved_by, planned_by));
  invariant(
    people.length >= approversNeeded(batch),
    `The payouts of ${batch_id} are marked as approved, but nobody on record has approved what they are now; none was sent.`,
  );
}
