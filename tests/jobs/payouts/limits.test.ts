import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Job } from '../../../jobs/job.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { decidePayouts } from '../../../jobs/payouts/decide-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { previewOf } from '../../../jobs/payouts/preview.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { ApprovedPayouts, payoutOf } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');

/** 80.00 USD to ada, 79.98 USD to ben, 160.00 EUR to cai. */
let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(() => payouts.approve());

const limited = (line: Record<string, bigint>, batch: Record<string, bigint> = {}) => ({
  ...payouts.harness.services,
  payoutLimits: { line: new Map(Object.entries(line)), batch: new Map(Object.entries(batch)) },
});
const run = (job: Job, services: ReturnType<typeof limited>) =>
  runJob(services, { job, period: JANUARY, startedBy: 'ben' });

test('what is above a limit keeps the batch from being approved, until it is cancelled or the limit is raised', async () => {
  await payouts.begin();
  await payouts.harness.run(planPayouts, '2026-01');
  const services = limited({ USD: 79_98n }, { EUR: 160_00n });
  await expect(run(approvePayouts, services)).rejects.toThrow(
    new Conflict(
      `The payouts of 2026-01 cannot be approved: the payout ${payoutOf('cr_ada')} of cr_ada, 80.00 USD, is above the limit of 79.98 USD for one payout; see payouts preview 2026-01, and cancel payouts or raise TANTIEME_PAYOUT_LIMIT_LINE.`,
    ),
  );
  const above = { payout_id: payoutOf('cr_ada'), creator_id: 'cr_ada', currency: 'USD' };
  expect((await previewOf(services, JANUARY)).above_limits).toEqual([
    { ...above, amount_minor: 80_00n, limit_minor: 79_98n },
  ]);
  await expect(run(approvePayouts, limited({}, { USD: 159_97n }))).rejects.toThrow(
    /their sum of 159\.98 USD is above the limit of 159\.97 USD for a batch/,
  );
  const request = { period: JANUARY, decision: 'cancel', ids: ['cr_ada'], sentence: 'Too much.', by: 'Cleo' } as const;
  await decidePayouts(services, request);
  expect(await run(approvePayouts, services)).toMatchObject({ approved_by: 'ben' });
});

test('the limits of the day count when it is sent: a payout above is held, a batch above is not sent', async () => {
  await expect(run(sendPayouts, limited({}, { EUR: 159_99n }))).rejects.toThrow(Conflict);
  expect(payouts.harness.stripe.transfers()).toEqual([]);
  expect(await run(sendPayouts, limited({ USD: 79_98n }))).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
  expect(await payouts.log('cr_ada')).toEqual(['held above_limit']);
  expect(await run(sendPayouts, limited({ USD: 80_00n }))).toMatchObject({ sent: 3, waiting: 0 });
  await payouts.eachSentOnce();
});
