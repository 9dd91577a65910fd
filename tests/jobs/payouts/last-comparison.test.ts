import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../jobs/job.ts';
import { decidePayouts } from '../../../jobs/payouts/decide-payouts.ts';
import { overrideComparison } from '../../../jobs/payouts/last-comparison.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { previewOf } from '../../../jobs/payouts/preview.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { reportOf } from '../../../jobs/reconciliation-report.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { Conflict, Rejected } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { ApprovedPayouts } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');
const HOURS_MS = 60 * 60 * 1000;

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(() => payouts.approve());

/** With payouts that need a comparison of the last 72 hours. */
const services = () => ({ ...payouts.harness.services, comparisonMaxAgeMs: 72 * HOURS_MS });
const run = (job: Job) => runJob(services(), { job, period: JANUARY, startedBy: 'ada' });

async function compared(at: string, verdict = 'breaks', period = '2026-01'): Promise<void> {
  await payouts.operational
    .insertInto('job_runs')
    .values({
      ...{ run_id: `run_${at}_${period}`, job: 'reconcile-stripe', period, state: 'done', started_by: 'schedule' },
      ...{ started_at: at, lease_expires_at: at, finished_at: at, outcome: JSON.stringify({ verdict }) },
    })
    .execute();
}

const override = () => overrideComparison(services(), { period: JANUARY, sentence: ' Stripe is down. ', by: 'Cleo' });

/** The clock of the tests stands at 2026-02-02T04:00. */
const [NEW_ENOUGH, TOO_OLD] = ['2026-01-30T04:00:00.000Z', '2026-01-30T03:59:59.999Z'];

describe('payouts are sent only after a comparison that is new enough', () => {
  test.each([
    ['was never compared', [], /^The payouts of 2026-01 cannot be sent: 2026-01 was never compared with Stripe compl/],
    ['was compared too long ago', [[TOO_OLD]], /at 2026-01-30T03:59:59\.999Z, more than 72 hours ago; run "tantieme/],
    ['was compared without all records', [[NEW_ENOUGH, 'incomplete']], /was never compared/],
    ['is another than the one that was compared', [[NEW_ENOUGH, 'breaks', '2026-02']], /was never compared/],
  ] as const)('and not if the period %s', async (_, runs, message) => {
    for (const each of runs) await compared(...(each as [string]));
    await expect(run(sendPayouts)).rejects.toThrow(Conflict);
    await expect(run(sendPayouts)).rejects.toThrow(message);
    expect(payouts.harness.stripe.transfers()).toEqual([]);
  });

  test('however old the approval is', async () => {
    await compared(NEW_ENOUGH);
    expect(await run(sendPayouts)).toMatchObject({ sent: 3 });
  });

  test('and a long run notices that it is no longer new enough', async () => {
    await compared(NEW_ENOUGH);
    payouts.harness.faults(({ method }) => {
      if (method === 'POST') payouts.harness.setTime('2026-02-02T04:10:00.000Z');
      return undefined;
    });
    await expect(run(sendPayouts)).rejects.toThrow(/more than 72 hours ago/);
    expect(payouts.harness.stripe.transfers()).toHaveLength(1);
  });
});

test('payouts are planned only after a comparison that is new enough', async () => {
  await payouts.begin();
  await expect(run(planPayouts)).rejects.toThrow(/^The payouts of 2026-01 cannot be planned: 2026-01 was never/);
  await compared(NEW_ENOUGH);
  expect(await run(planPayouts)).toMatchObject({ payouts: 3 });
});

describe('an override', () => {
  test('names a person and a reason, lets the batch be sent, and stands in preview and report', async () => {
    expect(await override()).toMatchObject({ sequence: 1, sentence: 'Stripe is down.', overridden_by: 'Cleo' });
    const [shown] = (await previewOf(services(), JANUARY)).comparison_overrides;
    expect(shown).toMatchObject({ sentence: 'Stripe is down.', overridden_at: '2026-02-02T04:00:00.000Z' });
    expect((await reportOf(services(), JANUARY)).comparison_overrides).toEqual([{ sequence: 1, ...shown }]);
    expect(await run(sendPayouts)).toMatchObject({ sent: 3 });
    const empty = { period: JANUARY, sentence: ' ', by: 'Cleo' };
    await expect(overrideComparison(services(), empty)).rejects.toThrow(Rejected);
  });

  test('ends with the next complete comparison, and is for one batch alone', async () => {
    await override();
    await compared('2026-02-02T05:00:00.000Z');
    payouts.harness.setTime('2026-02-05T06:00:00.000Z');
    await expect(run(sendPayouts)).rejects.toThrow(/more than 72 hours ago/);
    await override();
    expect(await run(sendPayouts)).toMatchObject({ sent: 3 });
    expect(await override()).toMatchObject({ sequence: 2 });
  });

  test('is for each batch that is not sent', async () => {
    await compared(NEW_ENOUGH);
    const decided = { period: JANUARY, sentence: 'She has called.', by: 'Cleo' };
    await decidePayouts(services(), { ...decided, decision: 'hold', ids: ['cr_ada'] });
    await decidePayouts(services(), { ...decided, decision: 'cancel', ids: ['cr_ben'] });
    await run(sendPayouts);
    await run(planPayouts);
    await override();
    const { comparison_overrides } = await reportOf(services(), JANUARY);
    expect(comparison_overrides.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test('is only added to', async () => {
    await override();
    const change = payouts.operational.updateTable('comparison_overrides').set({ sentence: 'Nothing.' });
    await expect(change.execute()).rejects.toThrow('Decisions about payouts are only added to.');
    await expect(payouts.operational.deleteFrom('comparison_overrides').execute()).rejects.toThrow();
  });
});
