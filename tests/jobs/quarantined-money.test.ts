import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { acknowledge, exceptionsOf } from '../../jobs/exceptions.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { replayRejected } from '../../jobs/replay-rejected.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { type Message, receiptLine } from '../ingest/load/receipts.ts';
import { purchased, recordJanuary, refunded } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());

/** A sale with some properties as they should not be. */
const purchase = (id: string, properties: Message, more: Message = {}): Message => {
  const event = purchased({ id, amount: '100.00', asset_id: 'asset_ada' });
  return { ...event, properties: { ...(event.properties as Message), ...properties }, ...more };
};
const refund = refunded({ id: 'ben_0', amount: '10.00' });
const listed = async (period: string) =>
  (await exceptionsOf(harness.services, parsePeriod(period))).map(({ meaning, fact_count, is_acknowledged }) => ({
    meaning,
    fact_count,
    is_acknowledged,
  }));
const NUMBER =
  'In the quarantine: 2 events License Purchased of the source marketplace. amount is not a text such as "49.00".';
const TIME =
  'In the quarantine: 1 event License Refunded of the source marketplace. The timestamp is not a time such as 2026-01-31T12:00:00.000Z.';

test('a month is closed once its quarantined events about money are replayed or acknowledged, and each is so once', async () => {
  await recordJanuary(harness);
  await harness.recordEvents(
    purchase('q1', { amount: 100 }),
    purchase('q2', { amount: 200 }),
    { ...refund, timestamp: '20/01/2026' },
    // About no money: a name that is missing.
    { type: 'track', event: 'Creator Signed Up', userId: 'cr_ada', messageId: 'm_name', properties: {} },
  );
  // Nobody can keep a month open with a key that anybody can read, nor with what the source may not send.
  await harness.services.spool.append([
    receiptLine(purchase('q3', {}), { is_from_browser: true }),
    receiptLine({ ...purchase('q5', {}), event: 'Payout Sent' }),
  ]);
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    '2 exceptions of 2026-01 are not acknowledged: event_quarantined 2. Look at them',
  );
  expect((await listed('2026-01')).map(({ meaning, fact_count }) => [meaning, fact_count]).sort()).toEqual([
    [TIME, 1n],
    [NUMBER, 2n],
  ]);

  // One comes again, corrected, under its id; the other ones are acknowledged, and one more joins them.
  await harness.recordEvents(refund);
  const accept = () =>
    acknowledge(harness.services, {
      period: parsePeriod('2026-01'),
      reason: 'event_quarantined',
      sentence: 'They were tests of the shop.',
      by: 'Ada',
    });
  expect(await harness.run(buildPeriod, '2026-01')).toMatchObject({
    exceptions: 1,
    exceptions_by_reason: [{ exception_reason: 'event_quarantined', fact_count: 2 }],
  });
  expect((await accept()).acknowledged).toHaveLength(1);
  await harness.recordEvents(purchase('q2', { amount: 300 }, { messageId: 'm_other' }));
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    '1 exception of 2026-01 is not acknowledged: event_quarantined 1. 1 was acknowledged but has changed since.',
  );
  await accept();
  expect(await harness.run(closePeriod, '2026-01')).toMatchObject({ exceptions: 1 });

  // What was acknowledged stays with its month; what comes later is an exception of the next one, and the plan reports it.
  await harness.recordEvents(purchase('q4', { currency: 'usd' }));
  const plan = await harness.run(planPayouts, '2026-01');
  expect(plan.quarantined_money).toEqual([
    {
      source_id: 'marketplace',
      event: 'License Purchased',
      reason: 'currency is not one of the 166 allowed values such as "USD": capitals and spaces count.',
      events: 1,
    },
  ]);
  expect(await listed('2026-01')).toMatchObject([{ fact_count: 3n, is_acknowledged: true }]);
  expect(await listed('2026-02')).toMatchObject([{ fact_count: 1n, is_acknowledged: false }]);
  expect(await harness.run(replayRejected)).toMatchObject({ landed: 0 });
});
