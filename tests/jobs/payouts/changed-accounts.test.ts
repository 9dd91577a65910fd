import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePeriod } from '../../../jobs/close-period.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { accountUpdated, type CreatorFixture, PAYABLE, recordJanuary } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

const ready = (name: string): CreatorFixture => ({
  name,
  currency: 'USD',
  sales: ['100.00'],
  verified: true,
  account: 'active',
});

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await recordJanuary(harness, [...PAYABLE, ready('ned'), ready('una')]);
  await harness.run(closePeriod, '2026-01');
  harness.setTime('2026-02-02T05:00:00.000Z');
  const atStripe = (id: string, names: { creator_id?: string } = {}): void =>
    harness.stripe.account({ id, country: 'DE', transfers_enabled: true, payouts_enabled: true, ...names });
  atStripe('acct_eve', { creator_id: 'cr_eve' });
  atStripe('acct_named', { creator_id: 'cr_ned' });
  atStripe('acct_unnamed');
  await harness.recordEvents(
    // Somebody took over the login of ada, and another creator claims the account of ben.
    accountUpdated('ada', { account: 'acct_eve', at: '2026-02-02T04:30:00.000Z' }),
    accountUpdated('dot', { account: 'acct_ben', at: '2026-02-02T04:30:00.000Z' }),
    // Their own time is long before; what counts is when they were reported.
    accountUpdated('ned', { account: 'acct_named', at: '2026-01-01T00:00:00.000Z' }),
    accountUpdated('una', { account: 'acct_unnamed', at: '2026-01-01T00:00:00.000Z' }),
  );
  await harness.run(loadEvents);
  await harness.run(pullFromStripe);
});
afterAll(() => harness[Symbol.asyncDispose]());

/** The reason of each creator in a plan made at the given time. */
async function plannedAt(now: string): Promise<unknown> {
  const { operational } = harness.services;
  for (const table of ['payout_lines', 'payout_batches'] as const) await operational.deleteFrom(table).execute();
  harness.setTime(now);
  await harness.run(planPayouts, '2026-01');
  const lines = await operational.selectFrom('payout_lines').select(['creator_id', 'reason']).execute();
  return Object.fromEntries(lines.map(({ creator_id, reason }) => [creator_id, reason]));
}

test('an account that names or belongs to another creator is not paid, and a changed one only when it names its own and seven days are over', async () => {
  const reasons = {
    cr_ada: 'payout_account_of_another',
    cr_ben: 'payout_account_of_another',
    cr_cai: 'payable',
    cr_ned: 'payout_account_changed',
    cr_una: 'payout_account_changed',
  };
  expect(await plannedAt('2026-02-09T04:59:59.999Z')).toEqual(reasons);
  const afterAWeek = { ...reasons, cr_ned: 'payable' };
  expect(await plannedAt('2026-02-09T05:00:01.000Z')).toEqual(afterAWeek);
  expect(await plannedAt('2026-03-20T00:00:00.000Z')).toEqual(afterAWeek);
});
