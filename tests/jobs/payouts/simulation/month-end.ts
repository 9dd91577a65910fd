import { creatorKycCompleted } from '../../../../ingest/events/creators.ts';
import { closePeriod } from '../../../../jobs/close-period.ts';
import { fetchFromStripe } from '../../../../jobs/fetch-from-stripe.ts';
import type { Job, Outcome, Services } from '../../../../jobs/job.ts';
import { loadEvents } from '../../../../jobs/load-events.ts';
import { approvePayouts } from '../../../../jobs/payouts/approve-payouts.ts';
import { requireBatch } from '../../../../jobs/payouts/batches.ts';
import { confirmPayouts } from '../../../../jobs/payouts/confirm-payouts.ts';
import { planPayouts } from '../../../../jobs/payouts/plan-payouts.ts';
import { pullFromStripe } from '../../../../jobs/pull-from-stripe.ts';
import { reconcileStripe, reconciliationOf } from '../../../../jobs/reconcile-stripe.ts';
import { runJob } from '../../../../jobs/run-job.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { Conflict } from '../../../../warehouse/errors.ts';
import { nextPeriod, type Period, parsePeriod, periodEnd } from '../../../../warehouse/period.ts';
import { catalogueEvent } from '../../../ingest/load/receipts.ts';
import { stripeClient } from '../../../support/stripe/client.ts';
import { linesOf } from './approved-batch.ts';
import { booksOf } from './books.ts';
import { CREATORS } from './creators.ts';
import type { Simulation } from './simulation.ts';

const [JANUARY, FEBRUARY] = [parsePeriod('2026-01'), parsePeriod('2026-02')];

/** What follows the payouts of January in the books: what was cancelled or came back is paid again, and the next month is closed. */
export class MonthEnd {
  readonly #simulation: Simulation;
  readonly #services: Services;

  constructor(simulation: Simulation) {
    const { batch, scheduler, stripe } = simulation;
    this.#simulation = simulation;
    const wait = async (ms: number): Promise<void> => scheduler.advanceTo(scheduler.now() + ms);
    this.#services = { ...batch.harness.services, clock: scheduler, stripe: stripeClient(stripe), wait };
  }

  /**
   * By a draw of the seed, what is still owed for January is paid by a second batch of January, or with February; the second time amid the same
   * faults. Returns what the books and the comparison with Stripe then say wrongly.
   */
  async run(): Promise<string[]> {
    const { random, batch } = this.#simulation;
    await batch.worlds.own();
    await this.#report();
    if (random.chance(0.5)) {
      await this.#pay(JANUARY);
      await this.#close(FEBRUARY);
      return this.#faults(FEBRUARY);
    }
    await this.#close(FEBRUARY);
    await this.#pay(FEBRUARY);
    const march = nextPeriod(FEBRUARY);
    await this.#close(march);
    return this.#faults(march);
  }

  #run(job: Job, period?: Period, startedBy = 'ada'): Promise<Outcome> {
    const { batch, scheduler } = this.#simulation;
    batch.harness.setTime(instant(scheduler.now()));
    return runJob(this.#services, { job, period, startedBy });
  }

  /** What has happened reaches the warehouse: our events, and Stripe's records by webhooks and by the nightly pull. */
  async #report(): Promise<void> {
    const { batch, emitted, facts, scheduler, interference, webhooks, random } = this.#simulation;
    const sent = await batch.store
      .selectFrom('payout_log')
      .select('transfer_id_stripe')
      .where('state', '=', 'sent')
      .execute();
    interference.reverseStrangers(new Set(sent.map((each) => each.transfer_id_stripe ?? '')));
    await webhooks.heal();
    batch.harness.setTime(instant(scheduler.now()));
    await batch.harness.recordEvents(...facts.events.splice(0));
    await this.#services.emitter.send(emitted.splice(0));
    if (random.chance(0.5)) {
      await this.#run(fetchFromStripe);
      await this.#run(confirmPayouts);
    }
    await this.#run(pullFromStripe);
    await this.#run(confirmPayouts);
    await this.#run(loadEvents);
  }

  /** Plans, approves and sends what is owed for a period; nothing if nothing is. */
  async #pay(period: Period): Promise<void> {
    const { scheduler, batch } = this.#simulation;
    const planned = await this.#run(planPayouts, period).catch(async (error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
      if (error.message.startsWith('There is nothing more')) return undefined;
      // A planner of the course was faster.
      const { batch_id, state } = await requireBatch(this.#services, period);
      if (state !== 'planned') throw error;
      return { batch_id, payouts: (await linesOf(batch.store, batch_id)).length };
    });
    scheduler.note(`planned for ${period}: ${JSON.stringify(planned)}`);
    if (planned === undefined || planned.payouts === 0) return;
    await this.#run(approvePayouts, period, 'ben');
    await this.#simulation.run(period, await linesOf(batch.store, String(planned.batch_id)));
    await this.#report();
  }

  async #close(period: Period): Promise<void> {
    const { scheduler, batch } = this.#simulation;
    const at = instant(scheduler.now());
    if (period === FEBRUARY) {
      // They are verified only now.
      batch.harness.setTime(at);
      const late = CREATORS.filter(({ verified }) => !verified);
      const verified = late.map(({ name }) =>
        catalogueEvent(creatorKycCompleted, at, { creator_id: `cr_${name}`, kyc_status: 'verified' }),
      );
      await batch.harness.recordEvents(...verified);
    }
    scheduler.advanceTo(periodEnd(period) + 28 * 60 * 60 * 1000);
    await this.#run(pullFromStripe);
    await this.#run(closePeriod, period);
    scheduler.note(`${period} is closed`);
  }

  async #faults(period: Period): Promise<string[]> {
    await this.#run(reconcileStripe, period);
    const comparison = await reconciliationOf(this.#services, period);
    return booksOf(this.#simulation, { period, comparison });
  }
}
