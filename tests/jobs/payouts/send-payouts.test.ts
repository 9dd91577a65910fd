import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Services } from '../../../jobs/job.ts';
import { KEY_LIFETIME_MS } from '../../../jobs/payouts/payout-life.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { canonicalJson } from '../../../warehouse/canonical-json.ts';
import { instant } from '../../../warehouse/clock.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import type { PayoutLinesTable } from '../../../warehouse/operational/payout-tables.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { CLOSING, RUN } from '../test-services.ts';
import { ApprovedPayouts, keyOf } from './approved-payouts.ts';

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
    await payouts.loseLog();
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

  const edits: [string, (line: PayoutLinesTable) => Partial<PayoutLinesTable>][] = [
    ['amount', () => ({ amount_minor: 999_999n })],
    ['account', () => ({ account_id_stripe: 'acct_cai' })],
    ['request', (line) => withRequest(line, { destination: 'acct_cai' })],
    [
      'amount, account and request alike',
      (line) => ({
        ...{ amount_minor: 999_99n, account_id_stripe: 'acct_cai' },
        ...withRequest(line, { amount: 999_99, destination: 'acct_cai' }),
      }),
    ],
  ];
  test.each(edits)(
    'of which one has another %s than was approved: it is held, and the others are sent',
    async (_, edit) => {
      const line = await payouts.line('cr_ada');
      const change = (values: Partial<PayoutLinesTable>) =>
        payouts.operational.updateTable('payout_lines').set(values).where('creator_id', '=', 'cr_ada').execute();
      await change(edit(line));
      expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
      expect(await payouts.log('cr_ada')).toEqual(['held changed_after_approval']);
      expect(payouts.harness.stripe.transfers()).toHaveLength(2);
      await change(line);
      expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
      await payouts.eachSentOnce();
    },
  );

  test('of which one is edited when Stripe has its transfer: finance is told to reverse that before it is cancelled', async () => {
    const line = await payouts.line('cr_ada');
    const transfer = await payouts.harness.services.stripe?.transfers.create(JSON.parse(line.body ?? ''));
    const edited = payouts.operational.updateTable('payout_lines').set({ amount_minor: 1n });
    await edited.where('creator_id', '=', 'cr_ada').execute();
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect((await payouts.sentences()).cr_ada).toMatch(
      new RegExp(`^Stripe has the transfer ${transfer?.id} for it, but .* reverse it at Stripe first, then`),
    );
  });

  test('whose approvals are not those of the batch are not sent', async () => {
    await payouts.operational
      .updateTable('payout_batches')
      .set({ approval_hash: 'f'.repeat(64) })
      .execute();
    await expect(payouts.send()).rejects.toThrow(/are not those that were approved/);
    expect(payouts.harness.stripe.transfers()).toEqual([]);
  });
});

/** A line with another request, and the hash of that. */
function withRequest({ body }: PayoutLinesTable, change: object): Partial<PayoutLinesTable> {
  const text = canonicalJson({ ...(JSON.parse(body ?? '') as object), ...change });
  return { body: text, body_hash: sha256Hex(text) };
}

describe('a currency that the balance of the platform does not have', () => {
  const send = async () => {
    const services: Services = { ...payouts.harness.services, missingCurrency: 'cancel' };
    return runJob(services, { job: sendPayouts, period: parsePeriod('2026-01'), startedBy: 'ada' });
  };

  test('cancels its payouts if that is configured, and no other', async () => {
    await payouts.approve({ funded: false });
    payouts.harness.stripe.charge({ id: 'ch_some', amount_minor: 90_00n, currency: 'usd', created_at_ms: 0 });
    expect(await send()).toMatchObject({ sent: 1, waiting: 1 });
    expect(await payouts.log('cr_cai')).toEqual(['cancelled currency_not_held']);
    expect(await payouts.log('cr_ada')).toEqual(expect.arrayContaining(['held balance_insufficient']));
    payouts.fund();
    expect(await send()).toMatchObject({ sent: 2, waiting: 0 });
    expect(payouts.harness.stripe.transfers()).toHaveLength(2);
  });
});

describe('an insufficient balance', () => {
  test('lets payouts wait, and they are sent under a new key once there is enough', async () => {
    await payouts.approve({ funded: false });
    expect(await payouts.send()).toMatchObject({ sent: 0, failed: 0, waiting: 3 });
    // Once a smaller amount was refused, a larger one of the same currency is not requested.
    expect(await payouts.log('cr_ben')).toEqual(['intent 1', 'key_spent 1', 'held balance_insufficient']);
    expect(await payouts.log('cr_ada')).toEqual(['held balance_insufficient']);
    expect(await payouts.outboxEvents()).toEqual([]);
    payouts.fund();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    await payouts.eachSentOnce();
    expect((await payouts.log('cr_ben')).slice(3)).toEqual(['released', 'intent 2', 'sent 2']);
  });
});

describe('an account that cannot receive transfers', () => {
  const restrict = () =>
    payouts.harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: false, payouts_enabled: false });

  test('holds its payout without a request; the others are sent, and it is once the account can', async () => {
    restrict();
    expect(await payouts.send()).toMatchObject({ sent: 2, failed: 0, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['held payout_account_not_active']);
    payouts.harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: true, payouts_enabled: true });
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    expect(await payouts.log('cr_ada')).toEqual(['held payout_account_not_active', 'released', 'intent 1', 'sent 1']);
    await payouts.eachSentOnce();
  });

  test('between the check and the request: the key is spent, and the payout is held', async () => {
    payouts.harness.faults(({ key }) => {
      if (key === keyOf('cr_ada')) restrict();
      return undefined;
    });
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'key_spent 1', 'held payout_account_not_active']);
    payouts.harness.faults(() => undefined);
    payouts.harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: true, payouts_enabled: true });
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });

  test('counts as paid if an earlier request had already made the transfer', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'truncate_after_commit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    payouts.harness.faults(() => undefined);
    restrict();
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

  test('whose transfer was not made is requested again with the same key, for the first request may still be on its way', async () => {
    payouts.harness.faults(({ key }) => (key === keyOf('cr_ada') ? 'rate_limit' : undefined));
    expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1 });
    payouts.harness.setTime(later);
    const keys = transferKeys();
    expect(await payouts.send()).toMatchObject({ sent: 3, waiting: 0 });
    expect(keys).toEqual([keyOf('cr_ada')]);
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'intent 1', 'sent 1']);
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
    expect(await payouts.sentences()).toMatchObject({ cr_ada: expect.stringContaining('the answer is not known yet') });
    payouts.harness.faults(() => undefined);
    await payouts.sendUntilSent();
    await payouts.eachSentOnce();
  });
});
