import { instant } from '../../../warehouse/clock.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { type Job, type Run, requireStripe, type Services } from '../../job.ts';
import { type BatchPayout, payoutsOf } from '../batch-payouts.ts';
import { payoutsInFiles } from '../rails/bank/bank-files.ts';
import { railOf } from '../rails/bank/bank-request.ts';
import { InstantPayouts } from '../rails/stripe/instant-payouts.ts';
import { openStripePacer } from '../rails/stripe/open-transfers.ts';
import { workThrough } from '../work-through.ts';
import { InstantPayout, WINDOW_MS } from './instant-payout.ts';

/** After this many in a row without an answer from Stripe, a run stops instead of waiting for each of the others. */
const UNANSWERED_IN_A_ROW = 3;

const AT_ONCE = 8;

export const requestInstantPayouts: Job = {
  name: 'request-instant-payouts',
  meaning:
    'Pays what was sent to creators who have chosen it out to their bank at once, where Stripe offers that; Stripe pays out the rest by its schedule.',
  about: 'everything',
  async run(run) {
    const counts = { made: 0, declined: 0, waiting: 0 };
    const due = run.stripe === undefined ? [] : await duePayouts(run);
    if (due.length === 0) return counts;
    const rail = new InstantPayouts(requireStripe(run), { pacer: openStripePacer(run), wait: run.wait });
    let unanswered = 0;
    await workThrough(due, {
      atOnce: run.payoutPacing?.atOnce ?? AT_ONCE,
      async work(payout) {
        run.interruption.throwIfAborted();
        const { state, reason, stop } = await new InstantPayout(run, { rail, payout }).settle();
        counts[state]++;
        if (stop !== undefined)
          throw new Unavailable(
            `The instant payouts could not be requested: Stripe refuses all of them (${stop.replace(/\.$/, '')}); put that right, or switch them off with TANTIEME_INSTANT_PAYOUTS=off.`,
          );
        unanswered = reason === undefined ? 0 : unanswered + 1;
        if (unanswered < UNANSWERED_IN_A_ROW) return;
        throw new Unavailable(
          `The remaining instant payouts could not be requested: Stripe does not answer (${reason}); the next run goes on, and what it comes too late for is paid out by Stripe's schedule.`,
        );
      },
    });
    return counts;
  },
};

/** Whether there is a payout to pay out at once, or a request for one whose outcome is unknown. One of those is looked up also once they are switched off. */
export async function isInstantPayoutDue(services: Services): Promise<boolean> {
  return services.stripe !== undefined && (await dueIds(services)).size > 0;
}

async function duePayouts(run: Run): Promise<BatchPayout[]> {
  const { operational } = run;
  const due = await dueIds(run);
  const batchIds = [...new Set(due.values())];
  const exported = await payoutsInFiles(operational, batchIds);
  return (await payoutsOf(operational, batchIds)).filter(
    ({ line }) => due.has(line.payout_id) && railOf(line) === 'stripe' && !exported.has(line.payout_id),
  );
}

/**
 * The payouts with an open request, and those that were sent lately by Stripe, without one, to creators whose last choice is to be paid out at once; each
 * with its batch.
 */
async function dueIds({ operational, clock, instantPayouts }: Services): Promise<ReadonlyMap<string, string>> {
  const open = await operational
    .selectFrom('instant_payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .select(['line.payout_id', 'line.batch_id'])
    .groupBy(['line.payout_id', 'line.batch_id'])
    .having(({ fn }) => fn.countAll(), '=', 1n)
    .having(({ fn }) => fn.max('log.state'), '=', 'intent')
    .execute();
  const due = new Map(open.map(({ payout_id, batch_id }) => [payout_id, batch_id]));
  if (!instantPayouts) return due;
  const sent = await operational
    .selectFrom('payout_log as log')
    .innerJoin('payout_lines as line', 'line.payout_id', 'log.payout_id')
    .innerJoin('instant_payout_choices as choice', 'choice.creator_id', 'line.creator_id')
    .leftJoin('instant_payout_log as instant', 'instant.payout_id', 'log.payout_id')
    .select(['line.payout_id', 'line.batch_id', 'line.body', 'choice.is_instant'])
    .where('log.state', '=', 'sent')
    .where('log.logged_at', '>=', instant(clock.now() - WINDOW_MS))
    .where('instant.payout_id', 'is', null)
    .orderBy('choice.entry')
    .execute();
  // The last choice counts.
  const chosen = new Map(sent.map((line) => [line.payout_id, line]));
  for (const line of chosen.values()) {
    if (line.is_instant && railOf(line) === 'stripe') due.set(line.payout_id, line.batch_id);
  }
  return due;
}
