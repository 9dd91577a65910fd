import { payoutReversed } from '../../ingest/events/payouts.ts';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { parsePeriod, periodEnd } from '../../warehouse/period.ts';
import type { Job, Run } from '../job.ts';
import { isAsApproved } from './approval.ts';
import { payoutsOf } from './batch-payouts.ts';
import { reportDestinationTransfers } from './destination-transfers.ts';
import { StepRefused, takeStep } from './payout-log.ts';
import { PAYOUT_QUERIES } from './queries.ts';
import {
  changedSince,
  messageIdOf,
  type RecordedReversal,
  type ReversalsByTransfer,
  reportReversals,
  type TransferredPayout,
} from './report-reversals.ts';

/** Stripe's clock and ours may differ. */
const LATENESS_MS = DAY_MS;

export const confirmPayouts: Job = {
  name: 'confirm-payouts',
  meaning:
    "Marks payouts as confirmed once Stripe's records have their transfers, and reports each reversal of one: its amount is owed again.",
  about: 'everything',
  async run(run) {
    const sent = await sentPayouts(run);
    const confirmed = await confirm(run, sent);
    const recorded = Map.groupBy(
      await run.warehouse.query<RecordedReversal>(...PAYOUT_QUERIES.transfer_reversals()),
      ({ transfer_id_stripe }) => transfer_id_stripe,
    );
    const reversals = await reportNewReversals(run, { payouts: sent, recorded });
    const booked = run.destinationCharges ? await reportDestinationTransfers(run, recorded) : undefined;
    return { confirmed, reversals, ...(booked !== undefined && { destination_transfers: booked }) };
  },
};

/** A payout with the transfer that was made for it. */
interface SentPayout extends TransferredPayout {
  state: 'sent' | 'confirmed' | 'reversed';
}

async function sentPayouts({ operational }: Run): Promise<SentPayout[]> {
  const rows = await operational
    .selectFrom('payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .innerJoin('payout_batches as batch', 'batch.batch_id', 'line.batch_id')
    .selectAll('line')
    .select(['batch.period', 'log.transfer_id_stripe', 'log.state'])
    .where('log.state', 'in', ['sent', 'confirmed', 'reversed'])
    .orderBy('log.entry')
    .execute();
  // The last step counts.
  const payouts = new Map<string, SentPayout>();
  for (const { transfer_id_stripe, ...row } of rows) {
    const transfer = requirePresent(transfer_id_stripe, `The payout ${row.payout_id} was sent without a transfer.`);
    const known = payouts.get(row.payout_id);
    const state = row.state as SentPayout['state'];
    if (known) known.state = state;
    else payouts.set(row.payout_id, { ...row, state, transfer_id_stripe: transfer });
  }
  return [...payouts.values()];
}

async function confirm(run: Run, payouts: readonly SentPayout[]): Promise<number> {
  const waiting = payouts.filter(({ state }) => state === 'sent');
  if (waiting.length === 0) return 0;
  // A transfer that was found late is older than the step that says so; none is older than its period.
  const oldest = waiting.reduce(
    (least, { period }) => Math.min(least, periodEnd(parsePeriod(period))),
    run.clock.now(),
  );
  const since = instant(oldest - LATENESS_MS);
  const rows = await run.warehouse.query<{ id_stripe: string }>(...PAYOUT_QUERIES.settled_transfers(since));
  const settled = new Set(rows.map(({ id_stripe }) => id_stripe));
  const arrived = waiting.filter(({ transfer_id_stripe }) => settled.has(transfer_id_stripe));
  const edited = await editedSince(run, arrived);
  let confirmed = 0;
  for (const payout of arrived) {
    const { payout_id, transfer_id_stripe, period } = payout;
    run.interruption.throwIfAborted();
    if (edited.has(payout_id)) {
      run.progress(changedSince(payout_id, 'confirmed'));
      continue;
    }
    const step = { state: 'confirmed', transfer_id_stripe } as const;
    try {
      await takeStep(run, { line: payout, period: parsePeriod(period), author: authorOf(run), step });
    } catch (error) {
      // It was reversed meanwhile.
      if (!(error instanceof StepRefused)) throw error;
      continue;
    }
    confirmed++;
  }
  return confirmed;
}

/** The ids of those whose line is not the one that was approved. */
async function editedSince({ operational }: Run, payouts: readonly SentPayout[]): Promise<ReadonlySet<string>> {
  const batchIds = [...new Set(payouts.map(({ batch_id }) => batch_id))];
  const current = await payoutsOf(operational, batchIds);
  const edited = current.filter(({ line, life }) => !isAsApproved(line, life));
  return new Set(edited.map(({ line }) => line.payout_id));
}

const authorOf = ({ startedBy, runId }: Run) => ({ changed_by: startedBy, run_id: runId });

/** Reports the reversals that were not reported yet. A payout of which all is reversed ends as reversed. */
async function reportNewReversals(
  run: Run,
  { payouts, recorded }: { payouts: readonly SentPayout[]; recorded: ReversalsByTransfer },
): Promise<number> {
  const reported = await reportedReversals(run);
  let count = 0;
  for (const payout of payouts) {
    const ofPayout = recorded.get(payout.transfer_id_stripe) ?? [];
    const fresh = ofPayout.filter((each) => !reported.has(messageIdOf(each)));
    // Whoever has two transfers and reverses one is still paid; the comparison with Stripe names them.
    if (fresh.length === 0 || fresh.some(({ standing_id_stripe }) => standing_id_stripe !== null)) continue;
    run.interruption.throwIfAborted();
    try {
      await reportReversals(run, { payout, reversals: ofPayout });
      count += fresh.length;
    } catch (error) {
      if (!(error instanceof StepRefused)) throw error;
      run.progress(error.message);
    }
  }
  return count;
}

async function reportedReversals({ operational }: Run): Promise<ReadonlySet<string>> {
  const rows = await operational
    .selectFrom('outbox')
    .select('message_id')
    .where('event', '=', payoutReversed.name)
    .execute();
  return new Set(rows.map(({ message_id }) => message_id));
}
