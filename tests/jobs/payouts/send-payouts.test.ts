import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KEY_LIFETIME_MS } from '../../../jobs/payouts/next-step.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { instant } from '../../../warehouse/clock.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { CLOSING, RUN } from '../test-services.ts';
import { ApprovedPayouts, keyOf, payoutOf } from './approved-payouts.ts';

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(() => payouts.approve());

describe('approved payouts', () => {
  test('are each sent once, with an event that reaches the warehouse', async () => {
    expect(await payouts.send()).toEqual({ batch_id: 'batch_2026-01', sent: 3, failed: 0, waiting: 0, skipped: 0 });
    await payouts.eachSentOnce();
    const known = await payouts.harness.services.warehouse.query(
      'select creator_id, amount, transfer_id_stripe, payout_period from tantieme.stg_rudder__payouts order by creator_id',
    );
    const [ada] = payouts.harness.stripe.transfers().filter(({ destination }) => destination === 'acct_ada');
    expect(known).toHaveLength(3);
    expect(known[0]).toEqual({
      creator_id: 'cr_ada',
      amount: '80',
      transfer_id_stripe: ada?.id,
      payout_period: '2026-01',
    });
  });

  test('that are sent are not sent again', async () => {
    await payouts.send();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
  });

  test('are not sent again even if our log was lost, because Stripe has the transfers', async () => {
    await payouts.send();
    await payouts.operational.deleteFrom('payout_log').execute();
    await payouts.operational.deleteFrom('outbox').execute();
    await payouts.operational.updateTable('payout_batches').set({ state: 'approved' }).execute();
    payouts.harness.setTime('2026-02-20T04:00:00.000Z');
    await payouts.send();
    await payouts.eachSentOnce();
  });

  test('stop between two payouts when the server shuts down, and continue with the next run', async () => {
    const stopping = new AbortController();
    payouts.harness.faults(({ method, path }) => {
      if (method === 'POST' && path === '/v1/transfers') stopping.abort(new Error('shutting down'));
      return undefined;
    });
    const run = { ...payouts.harness.services, ...RUN, interruption: stopping.signal };
    await expect(sendPayouts.run(run, parsePeriod('2026-01'))).rejects.toThrow('shutting down');
    expect(payouts.harness.stripe.transfers()).toHaveLength(1);
    await payouts.send();
    await payouts.eachSentOnce();
  });

  test('require a Stripe key', async () => {
    const run = { ...payouts.harness.services, stripe: undefined, ...RUN };
    await expect(sendPayouts.run(run, parsePeriod('2026-01'))).rejects.toThrow(
      new Unavailable('Stripe cannot be reached without an API key; set STRIPE_API_KEY.'),
    );
  });

  test('are not sent if they differ from what was approved', async () => {
    await payouts.operational
      .updateTable('payout_lines')
      .set({ body: JSON.stringify({ amount: 999_999, currency: 'usd', destination: 'acct_ada' }) })
      .where('creator_id', '=', 'cr_ada')
      .execute();
    await expect(payouts.send()).rejects.toThrow(/is not the one that was approved/);
    expect(payouts.harness.stripe.transfers().filter(({ destination }) => destination === 'acct_ada')).toEqual([]);
  });
});

describe('an insufficient balance', () => {
  test('lets payouts wait, and they are sent under a new key once there is enough', async () => {
    await payouts.approve({ funded: false });
    expect(await payouts.send()).toMatchObject({ sent: 0, failed: 0, waiting: 3 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1']);
    expect(await payouts.outboxEvents()).toEqual([]);
    payouts.fund();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'intent 2', 'sent 2']);
  });
});

describe('an account that cannot receive transfers', () => {
  test('fails its payout with an event, and the balance stays owed', async () => {
    payouts.harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: false, payouts_enabled: false });
    expect(await payouts.send()).toMatchObject({ sent: 2, failed: 1, waiting: 0 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'failed 1']);
    const events = await payouts.operational.selectFrom('outbox').select(['event', 'properties']).execute();
    expect(events.filter(({ event }) => event === 'Payout Failed').map(({ properties }) => properties)).toEqual([
      {
        payout_id: payoutOf('cr_ada'),
        batch_id: 'batch_2026-01',
        creator_id: 'cr_ada',
        payout_period: '2026-01',
        amount: '80.00',
        currency: 'USD',
        account_id_stripe: 'acct_ada',
        reason: expect.stringContaining('capabilities'),
      },
    ]);
    expect(await payouts.send()).toMatchObject({ sent: 2, failed: 1 });
    expect(payouts.harness.stripe.transfers()).toHaveLength(2);
  });

  test('counts as paid if an earlier request had already made the transfer', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'truncate_after_commit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    payouts.harness.faults(() => undefined);
    payouts.harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: false, payouts_enabled: false });
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });
});

describe('an intent that is older than 20 hours', () => {
  const later = instant(Date.parse(CLOSING) + KEY_LIFETIME_MS + 6 * 60 * 60 * 1000);
  /** Collects the idempotency keys of transfer requests. */
  function transferKeys(): string[] {
    const keys: string[] = [];
    payouts.harness.faults(({ method, key }) => {
      if (method === 'POST') keys.push(key ?? '');
      return undefined;
    });
    return keys;
  }

  test('whose transfer was made is found by lookup, and not requested again under an expired key', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'truncate_after_commit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    expect(payouts.harness.stripe.transfers()).toHaveLength(3);
    payouts.harness.setTime(later);
    const keys = transferKeys();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    expect(keys).toEqual([]);
    await payouts.eachSentOnce();
  });

  test('whose transfer was not made has its key marked as spent, and a second attempt is made', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'rate_limit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    payouts.harness.setTime(later);
    const keys = transferKeys();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    expect(keys).toEqual([keyOf('cr_ada', 2)]);
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'intent 2', 'sent 2']);
    await payouts.eachSentOnce();
  });

  test('that cannot be looked up waits', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'rate_limit' : undefined));
    await payouts.send();
    payouts.harness.setTime(later);
    let lookUps = 0;
    const keys: unknown[] = [];
    payouts.harness.faults(({ method, key }) => {
      if (method === 'POST') keys.push(key);
      return method === 'GET' && ++lookUps > 1 ? 'rate_limit' : undefined;
    });
    await expect(payouts.send()).rejects.toThrow(Unavailable);
    expect(keys).toEqual([]);
    payouts.harness.faults(() => undefined);
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });
});
