import { closePeriod } from '../../jobs/close-period.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../jobs/run-job.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { type CreatorFixture, openAccount, recordJanuary } from '../jobs/january.ts';
import { openTestServices } from '../jobs/test-services.ts';
import { type Figure, timed } from './measure.ts';

const PAYOUTS = Number(process.env.BENCH_PAYOUTS ?? 1000);

/** Stripe's default for one operation: docs.stripe.com/rate-limits. */
const PER_SECOND = 25;

const JANUARY = parsePeriod('2026-01');

/** Payouts per second of the whole run of the sender, each checked at Stripe and recorded, beside the rate that Stripe allows. */
export async function benchPayouts(): Promise<Figure> {
  await using harness = await openTestServices();
  const creators = Array.from({ length: PAYOUTS }, (_, index): CreatorFixture => {
    return { name: String(index), currency: 'USD', sales: ['100.00'], verified: true, account: 'active' };
  });
  await recordJanuary(harness, creators);
  await harness.run(closePeriod, JANUARY);
  for (const creator of creators) openAccount(creator, harness.stripe);
  harness.stripe.charge({
    ...{ id: 'ch_funds', currency: 'usd', amount_minor: 100_00n * BigInt(PAYOUTS) },
    created_at_ms: harness.services.clock.now(),
  });
  await harness.run(planPayouts, JANUARY, 'ada');
  await harness.run(approvePayouts, JANUARY, 'ben');
  // From here on in real time, as fast as Stripe allows.
  const { wait: _, payoutPacing: __, ...shared } = harness.services;
  const startedAt = systemClock.now();
  const services = { ...shared, clock: { now: () => harness.services.clock.now() + systemClock.now() - startedAt } };
  const seconds = await timed(async () => {
    const outcome = await runJob(services, { job: sendPayouts, period: JANUARY, startedBy: 'bench' });
    if (outcome.sent !== PAYOUTS) throw new Error(`${outcome.sent} of ${PAYOUTS} payouts were sent.`);
  });
  return {
    name: 'payouts',
    unit: 'payouts/s',
    ours: PAYOUTS / seconds,
    limit: PER_SECOND,
    limitIs: "Stripe's default rate of transfers; the bound is 95 % of it, 10,000 payouts in 420 s",
  };
}
