import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acknowledgeBreaks } from '../../../jobs/break-decisions.ts';
import { recordBreaks } from '../../../jobs/break-history.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { decidePayouts } from '../../../jobs/payouts/decide-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { breakRow, setBreaks } from '../breaks-of.ts';
import { PAID } from '../january.ts';
import { CLOSING, RUN } from '../test-services.ts';
import { ApprovedPayouts, keyOf, payoutOf } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');
const ALL = Object.keys(PAID);

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(async () => {
  await payouts.approve();
  await setBreaks(payouts.harness.services);
});

/** A comparison finds a break in the first sale of each of these creators, and no other break. */
async function findBreaks(...creators: readonly string[]): Promise<void> {
  const { services } = payouts.harness;
  await setBreaks(services, ...creators.map((id) => breakRow({ flow_id: `ch_${id.replace('cr_', '')}_0` })));
  await recordBreaks(services, { period: JANUARY, by: 'schedule' });
}

const statusOfJanuary = async () => {
  const status = await statusOf(payouts.harness.services, 'batch_2026-01');
  return Object.fromEntries(
    status.map(({ creator_id, reason, state, last_reason }) => [creator_id, [reason, state, last_reason]]),
  );
};

describe('a payout whose creator is on hold', () => {
  test('waits with the break as its reason while the others are sent, and is sent once the break is acknowledged', async () => {
    await findBreaks('cr_ada');
    for (let runs = 0; runs < 2; runs++) {
      expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
      expect(await payouts.log('cr_ada')).toEqual(['held break_open']);
    }
    const because =
      'On hold while the break charge:ch_ada_0 of 2026-01 is open: The charge ch_ada_0 is 10.00 USD in our books and 9.99 USD at Stripe: 0.01 USD more in our books.';
    expect(await statusOfJanuary()).toEqual({
      cr_ada: ['break_open', 'held', because],
      cr_ben: ['payable', 'sent', null],
      cr_cai: ['payable', 'sent', null],
    });
    const breakIds = ['charge:ch_ada_0'];
    await acknowledgeBreaks(payouts.harness.services, { period: JANUARY, breakIds, sentence: 'Agreed.', by: 'Ada' });
    expect(await payouts.send()).toEqual({ batch_id: 'batch_2026-01', sent: 3, failed: 0, waiting: 0, skipped: 0 });
    await payouts.eachSentOnce();
  });

  test('is sent when a comparison no longer finds the break', async () => {
    await findBreaks(...ALL);
    expect(await payouts.send()).toMatchObject({ sent: 0, waiting: 3, on_hold: 3 });
    await findBreaks();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
  });

  test.each([
    ['made', 'truncate_after_commit', ['intent 1', 'sent 1']],
    ['not made', 'rate_limit', ['intent 1', 'held break_open', 'released', 'sent 1']],
  ] as const)('whose transfer was requested and %s is looked up, and not requested again', async (_, fault, log) => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? fault : undefined));
    await payouts.send();
    const requested: unknown[] = [];
    payouts.harness.faults(({ method, key }) => {
      if (method === 'POST') requested.push(key);
      return undefined;
    });
    await findBreaks('cr_ada');
    await payouts.send();
    expect(requested).toEqual([]);
    await findBreaks();
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
    expect(await payouts.log('cr_ada')).toEqual(log);
  });

  test('by a person while the run is about to request it does not stop the others', async () => {
    let decided: Promise<unknown> | undefined;
    payouts.harness.faults(({ path }) => {
      if (path !== '/v1/accounts/acct_ada' || decided) return undefined;
      const request = { period: JANUARY, ids: ['cr_ada'], sentence: 'Wait.', by: 'ben', decision: 'hold' } as const;
      decided = decidePayouts(payouts.harness.services, request);
      return { hold: decided.then(() => undefined) };
    });
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['held by_finance']);
  });

  test('is not requested again under another key', async () => {
    const key = { payout_id: payoutOf('cr_ada'), attempt: 1, logged_at: CLOSING, changed_by: 'ada', run_id: RUN.runId };
    for (const state of ['intent', 'key_spent'] as const) {
      await payouts.operational
        .insertInto('payout_log')
        .values({ ...key, state, reason: state })
        .execute();
    }
    await findBreaks('cr_ada');
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'held break_open']);
  });

  test('is recorded as sent if Stripe has its transfer, even if our log was lost', async () => {
    await payouts.send();
    await payouts.loseLog();
    await findBreaks(...ALL);
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
  });

  test('is noticed by a long run ten minutes after a comparison has found the break', async () => {
    const [first, second, third] = ALL.toSorted((a, b) => (payoutOf(a) < payoutOf(b) ? -1 : 1));
    let found: Promise<void> | undefined;
    payouts.harness.faults(({ method }) => {
      if (method !== 'POST' || found) return undefined;
      payouts.harness.setTime('2026-02-02T04:10:00.000Z');
      found = findBreaks(second ?? '');
      return { hold: found };
    });
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(Object.entries(await statusOfJanuary()).map(([id, [reason]]) => [id, reason])).toEqual(
      expect.arrayContaining([
        [first, 'payable'],
        [second, 'break_open'],
        [third, 'payable'],
      ]),
    );
  });
});

// The last test of this file: February stays closed.
test('a payout on hold does not block the next closing; it is cancelled, and the next plan pays its balance', async () => {
  const { harness, operational } = payouts;
  await findBreaks('cr_ada');
  harness.setTime('2026-03-02T04:00:00.000Z');
  expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
  await harness.run(closePeriod, '2026-02');
  await findBreaks();
  expect(await harness.run(planPayouts, '2026-02')).toMatchObject({ payouts: 1 });
  expect(await statusOfJanuary()).toMatchObject({ cr_ada: ['period_closed', 'cancelled', null] });
  expect(
    await operational.selectFrom('payout_batches').select(['period', 'state']).orderBy('period').execute(),
  ).toEqual([
    { period: '2026-01', state: 'sent' },
    { period: '2026-02', state: 'planned' },
  ]);
  await harness.run(approvePayouts, '2026-02', 'ben');
  expect(await harness.run(sendPayouts, '2026-02')).toMatchObject({ sent: 1 });
  const amounts = harness.stripe.transfers().map(({ metadata, amount }) => [metadata.creator_id, BigInt(amount)]);
  expect(amounts).toHaveLength(3);
  expect(Object.fromEntries(amounts)).toEqual(PAID);
});
