import { afterEach, beforeEach, expect, test } from 'vitest';
import { pullConnected } from '../../../ingest/stripe/pull-connected.ts';
import { pullPayoutTransactions } from '../../../ingest/stripe/pull-payout-transactions.ts';
import { DAY_MS, fundBalance, NOW, openTestPull, type TestPull } from './test-pull.ts';

const ADA = 'acct_ada';

let stand: TestPull;
const progress: string[] = [];
beforeEach(async () => {
  progress.length = 0;
  stand = await openTestPull();
  fundBalance(stand.world);
  stand.world.externalAccount({ id: 'ba_1', account: ADA, currency: 'usd', created_at_ms: NOW });
});
afterEach(() => stand[Symbol.asyncDispose]());

const pay = async () => (await stand.stripe.transfers.create({ amount: 5_00, currency: 'usd', destination: ADA })).id;
function payOut(id: string, { account = ADA, automatic = true } = {}): void {
  const made = { currency: 'usd', created_at_ms: stand.clock.now(), automatic, amount_minor: 2_00 };
  stand.world.payout({ id, ...made, ...(account !== '' && { account }) });
}
const end = (id: string, status: 'paid' | 'failed', account = ADA) =>
  stand.world.endPayout({ id, status, at_ms: stand.clock.now(), ...(account !== '' && { account }) });
async function pull({ payoutsPerRun }: { payoutsPerRun?: number } = {}) {
  const { warehouse, stripe, clock } = stand;
  const window = { from: NOW - DAY_MS, until: clock.now() + 1000 };
  await stand.pull(window);
  const reading = { stripe, clock, wait: async () => undefined, ...window };
  await pullConnected(warehouse, reading);
  const onProgress = (text: string): void => void progress.push(text);
  return pullPayoutTransactions(warehouse, { ...reading, onProgress, ...(payoutsPerRun && { payoutsPerRun }) });
}
const carried = () =>
  stand.warehouse.query(
    `select account_id_stripe || ':' || payout_id_stripe as payout, transfer_id_stripe as transfer, net_minor as net
from stripe.payout_transactions order by payout, net`,
  );

test('an automatic payout is stored with what it carried, once, as soon as Stripe has attributed it', async () => {
  const first = await pay();
  payOut('po_1');
  expect(await pull()).toEqual({ attributed: 0, remaining: 0 });
  stand.clock.advance(DAY_MS);
  end('po_1', 'failed');
  stand.world.externalAccount({ id: 'ba_2', account: ADA, currency: 'usd', created_at_ms: stand.clock.now() });
  const second = await pay();
  payOut('po_2');
  end('po_2', 'paid');
  expect(await pull()).toEqual({ attributed: 2, remaining: 0 });
  const rows = [
    { payout: 'acct_ada:po_1', transfer: null, net: -2_00n },
    { payout: 'acct_ada:po_1', transfer: first, net: 5_00n },
    { payout: 'acct_ada:po_2', transfer: null, net: -2_00n },
    // What came back of the first one.
    { payout: 'acct_ada:po_2', transfer: null, net: 2_00n },
    { payout: 'acct_ada:po_2', transfer: second, net: 5_00n },
  ];
  expect(await carried()).toEqual(rows);
  expect(await pull()).toEqual({ attributed: 0, remaining: 0 });
  expect(await carried()).toEqual(rows);
});

test('of a manual payout nothing is read, and what it did not carry belongs to the next automatic one', async () => {
  const transfer = await pay();
  payOut('po_manual', { automatic: false });
  end('po_manual', 'paid');
  stand.clock.advance(1000);
  payOut('po_1');
  end('po_1', 'paid');
  expect(await pull()).toEqual({ attributed: 1, remaining: 0 });
  expect(await carried()).toContainEqual({ payout: 'acct_ada:po_1', transfer, net: 5_00n });
  // The local Stripe refuses it.
  expect(progress.join()).not.toContain('po_manual');
});

test("the platform's payouts are read too, a limited number a run, and one that is refused does not stop the others", async () => {
  await pay();
  payOut('po_bad');
  end('po_bad', 'paid');
  stand.clock.advance(1000);
  payOut('po_platform', { account: '' });
  end('po_platform', 'paid', '');
  await pull({ payoutsPerRun: 1 });
  expect(await carried()).toHaveLength(2);
  stand.clock.advance(DAY_MS);
  payOut('po_refused');
  end('po_refused', 'paid');
  stand.faults(({ path, query }) =>
    path === '/v1/balance_transactions' && query.includes('payout=po_refused')
      ? { forbidden: 'Not for this key.' }
      : undefined,
  );
  expect(await pull()).toEqual({ attributed: 1, remaining: 0 });
  expect(progress).toContain(
    'what the payout po_refused of acct_ada carried could not be read, and is read again tomorrow: Not for this key.',
  );
  expect(new Set((await carried()).map(({ payout }) => payout))).toEqual(new Set(['acct_ada:po_bad', ':po_platform']));
});
