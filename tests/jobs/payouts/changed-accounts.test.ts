import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { creatorPayoutAccountUpdated } from '../../../ingest/events/creators.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { catalogueEvent, type Message } from '../../ingest/load/receipts.ts';
import { january, PAYABLE } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());

const lines = () => harness.services.operational.selectFrom('payout_lines').selectAll().orderBy('creator_id').execute();

describe('the account of a creator', () => {
  const changed = (creator: string, account: string, at: string): Message =>
    catalogueEvent(creatorPayoutAccountUpdated, at, {
      creator_id: `cr_${creator}`,
      account_id_stripe: account,
      account_status: 'active',
    });
  const atStripe = (id: string, creator_id?: string): void =>
    harness.stripe.account({
      id,
      country: 'DE',
      transfers_enabled: true,
      payouts_enabled: true,
      ...(creator_id !== undefined && { creator_id }),
    });
  const planned = async (now: string): Promise<unknown> => {
    harness.setTime(now);
    await harness.run(pullFromStripe);
    await harness.run(planPayouts, '2026-01');
    return Object.fromEntries((await lines()).map(({ creator_id, reason }) => [creator_id, reason]));
  };
  beforeEach(async () => {
    await harness.restart();
    await harness.recordEvents(...january([...PAYABLE], harness.stripe));
    await harness.run(closePeriod, '2026-01');
  });

  test('that another one has reported too, or that names another one at Stripe, is not paid', async () => {
    harness.setTime('2026-02-02T05:00:00.000Z');
    atStripe('acct_eve', 'cr_eve');
    await harness.recordEvents(
      // Somebody took over the login of ada, and another creator claims the account of ben.
      changed('ada', 'acct_eve', '2026-02-02T04:30:00.000Z'),
      changed('dot', 'acct_ben', '2026-02-02T04:30:00.000Z'),
    );
    expect(await planned('2026-03-20T00:00:00.000Z')).toEqual({
      cr_ada: 'payout_account_of_another',
      cr_ben: 'payout_account_of_another',
      cr_cai: 'payable',
    });
  });

  test.each([
    ['waits until it names the creator', undefined, '2026-02-20T00:00:00.000Z', 'payout_account_changed'],
    ['waits for seven days', 'cr_ada', '2026-02-09T04:59:59.999Z', 'payout_account_changed'],
    ['is paid after seven days', 'cr_ada', '2026-02-09T05:00:01.000Z', 'payable'],
  ])('that is not the first one %s', async (_, named, now, reason) => {
    harness.setTime('2026-02-02T05:00:00.000Z');
    atStripe('acct_new', named);
    // Its own time is earlier than that of the first account; what counts is when it was reported.
    await harness.recordEvents(changed('ada', 'acct_new', '2026-01-01T00:00:00.000Z'));
    await harness.run(loadEvents);
    expect(await planned(now)).toEqual({ cr_ada: reason, cr_ben: 'payable', cr_cai: 'payable' });
  });
});
