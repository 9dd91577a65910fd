import { createServer, type ServerResponse } from 'node:http';
import { createServer as createConnectionServer } from 'node:net';
import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStripe } from '../../../../../jobs/payouts/rails/stripe/client.ts';
import { STRIPE_RAIL } from '../../../../../jobs/payouts/rails/stripe/stripe-rail.ts';
import type { StripeTransfers } from '../../../../../jobs/payouts/rails/stripe/stripe-transfers.ts';
import { differenceFrom, type TransferBody } from '../../../../../jobs/payouts/rails/stripe/transfer.ts';
import { Unavailable } from '../../../../../warehouse/errors.ts';
import { listenLocally } from '../../../../support/loopback.ts';
import { stripeClient } from '../../../../support/stripe/client.ts';
import type { Fault } from '../../../../support/stripe/faults.ts';
import type { LocalServerOptions, LocalStripe } from '../../../../support/stripe/local-stripe.ts';
import { manualClock } from '../../../../support/stripe/small-account.ts';
import { BODY, startTransfers, transfersOf } from './transfers-of.ts';

const BATCH = { batchId: 'batch_2026-01', since: 0 };

let clock = manualClock();
let stripe: LocalStripe;
let client: Stripe;
let transfers: StripeTransfers;
/** The fault of every request until the test clears it. */
let fault: Fault | undefined;
/** How many requests have reached Stripe. */
let sent = 0;

const faults = (): Fault | undefined => {
  sent++;
  return fault;
};

async function start(options: Partial<LocalServerOptions> = {}): Promise<void> {
  ({ stripe, client, transfers } = await startTransfers(clock, { faults, ...options }));
}
beforeEach(async () => {
  clock = manualClock();
  fault = undefined;
  await start();
});
afterEach(() => stripe.stop());

const request = (change: Partial<TransferBody> = {}, key = 'k1') =>
  transfers.request({ body: { ...BODY, ...change }, key });

/** A rail to a server that gives the same answer to every request. */
async function answering(answer: (response: ServerResponse) => void) {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => answer(response));
  });
  const { url: apiBase, stop } = await listenLocally(server);
  return {
    transfers: transfersOf(openStripe({ apiKey: 'sk_test_local', apiBase }), clock),
    [Symbol.asyncDispose]: stop,
  };
}

describe('the request of a payout', () => {
  const payout = { payout_id: 'po_1', batch_id: 'batch_2026-01', creator_id: 'cr_ada', account_id: 'acct_ada' };

  test('is that of one transfer in the units of Stripe', () => {
    expect(STRIPE_RAIL.requestOf({ ...payout, amount_minor: 8000n, currency: 'USD' })).toEqual(BODY);
    expect(STRIPE_RAIL.requestOf({ ...payout, amount_minor: 12n, currency: 'ISK' })).toMatchObject({ amount: 1200 });
    expect(STRIPE_RAIL.payableOf(12_345n, 'KWD')).toBe(12_340n);
  });

  test.each([0n, -1n, 2n ** 53n])('does not exist for %s minor units', (amount_minor) => {
    expect(STRIPE_RAIL.requestOf({ ...payout, amount_minor, currency: 'USD' })).toBeUndefined();
  });
});

describe('a request', () => {
  test('makes one transfer, however often it is sent with its key', async () => {
    const transfer = {
      transfer_id: expect.any(String),
      transfer_group: 'batch_2026-01:po_1',
      amount_minor: 8000n,
      amount_reversed_minor: 0n,
      currency: 'USD',
      account_id: 'acct_ada',
      created_at: '2026-01-15T12:00:00.000Z',
      terms: { amount: 8000, currency: 'usd', destination: 'acct_ada' },
    };
    const first = await request();
    expect(first).toEqual({ outcome: 'made', transfer });
    expect(await request()).toEqual(first);
    expect(stripe.transfers()).toHaveLength(1);
  });

  test.each<[Fault, number]>([
    ['rate_limit', 0],
    ['dependency_failed', 0],
    ['drop_before', 0],
    ['drop_after_commit', 1],
    ['truncate_after_commit', 1],
  ])(
    'with the fault %s leaves once and has an unknown outcome, and its key makes the one transfer',
    async (kind, made) => {
      fault = kind;
      sent = 0;
      expect(await request()).toMatchObject({ outcome: 'unknown' });
      expect([sent, stripe.transfers().length]).toEqual([1, made]);
      fault = undefined;
      expect(await request()).toMatchObject({ outcome: 'made' });
      expect(stripe.transfers()).toHaveLength(1);
    },
  );

  test('that may not leave any more once its connection is open never leaves', async () => {
    sent = 0;
    const answers = [true, false];
    const mayStart = () => answers.shift() ?? true;
    expect(await transfers.request({ body: BODY, key: 'k1', mayStart })).toEqual({ outcome: 'not_started' });
    expect([sent, answers.length]).toEqual([0, 0]);
    expect(await request()).toMatchObject({ outcome: 'made' });
    expect(sent).toBe(1);
  });

  test('whose connection does not open in time has an unknown outcome', async () => {
    // It accepts the connection and never answers the handshake.
    const { url, stop } = await listenLocally(createConnectionServer((socket) => void socket.resume()));
    const silent = openStripe({ apiKey: 'sk_test_local', apiBase: url.replace('http:', 'https:') }, { timeoutMs: 50 });
    expect(await transfersOf(silent, clock).request({ body: BODY, key: 'k1' })).toMatchObject({ outcome: 'unknown' });
    await stop();
  });

  test('that is never answered has an unknown outcome', async () => {
    fault = 'hang_after_commit';
    transfers = transfersOf(stripeClient(stripe), clock);
    expect(await request()).toMatchObject({ outcome: 'unknown' });
  });

  test('whose key is in use has an unknown outcome', async () => {
    const answered = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await stripe.stop();
    await start({
      faults: ({ ordinal }) => {
        if (ordinal > 1) return undefined;
        arrived.resolve();
        return { hold: answered.promise };
      },
    });
    const first = request();
    await arrived.promise;
    expect(await request()).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('same key') });
    answered.resolve();
    expect(await first).toMatchObject({ outcome: 'made' });
  });

  test.each<[string, { fault?: Fault; change?: Partial<TransferBody> }, object]>([
    ['fails at Stripe', { fault: 'error_committed' }, { code: '500', next: 'new_key', keyIsSpent: true }],
    [
      'exceeds the balance',
      { change: { amount: 970_71 } },
      { code: 'balance_insufficient', next: 'wait_for_funds', keyIsSpent: true },
    ],
    [
      'goes to a restricted account',
      { change: { destination: 'acct_bob' } },
      { code: 'insufficient_capabilities_for_transfer', next: 'wait_for_account', keyIsSpent: true },
    ],
    [
      'goes to nobody',
      { change: { destination: 'acct_none' } },
      { code: 'resource_missing', next: 'wait_for_account' },
    ],
    ['has too fine an amount', { change: { amount: 12_345, currency: 'kwd' } }, { next: 'fail' }],
    ['has an unknown currency', { change: { currency: 'xxx' } }, { code: '400', next: 'fail' }],
    ['is forbidden', { fault: { forbidden: 'No.' } }, { code: '403', next: 'stop_batch', keyIsSpent: false }],
  ])('that %s is refused', async (_, given, refused) => {
    fault = given.fault;
    expect(await request(given.change)).toMatchObject({ outcome: 'refused', reason: expect.any(String), ...refused });
  });

  test('with the wrong API key stops the batch', async () => {
    transfers = transfersOf(stripeClient({ url: stripe.url, apiKey: 'sk_test_other' }), clock);
    expect(await request()).toMatchObject({ outcome: 'refused', next: 'stop_batch', keyIsSpent: false });
  });

  test('with the key of another request is held', async () => {
    await request();
    expect(await request({ amount: 1 })).toMatchObject({ outcome: 'refused', next: 'hold', keyIsSpent: true });
  });

  test('says what a refusal means and what Stripe says', async () => {
    expect(await request({ amount: 970_71 })).toMatchObject({
      reason: 'The available balance is too small. (You have insufficient available funds in your Stripe account.)',
    });
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['the page of a proxy', (response) => response.writeHead(502).end('<html>')],
    ['half a success', (response) => response.writeHead(200).end('{"id":"tr_')],
    ['a success without a transfer', (response) => response.writeHead(200).end('{"ok":true}')],
  ])('that is answered with %s has an unknown outcome', async (_, answer) => {
    await using peer = await answering(answer);
    expect(await peer.transfers.request({ body: BODY, key: 'k1' })).toMatchObject({ outcome: 'unknown' });
  });

  test('that is answered with a transfer of other terms is made, and differs', async () => {
    const other = {
      id: 'tr_1',
      object: 'transfer',
      ...BODY,
      amount: 8001,
      amount_reversed: 0,
      created: 1,
      reversed: false,
    };
    await using peer = await answering((response) => response.writeHead(200).end(JSON.stringify(other)));
    const outcome = await peer.transfers.request({ body: BODY, key: 'k1' });
    expect(outcome.outcome === 'made' && differenceFrom(BODY, outcome.transfer)).toContain('its amount is 8001');
  });

  test('never exceeds the limit of Stripe together with the others', async () => {
    await stripe.stop();
    await start({ requestsPerSecondPerOperation: 25 });
    for (let nth = 0; nth < 30; nth++) {
      expect(await request({ amount: 1 }, `k${nth}`)).toMatchObject({ outcome: 'made' });
    }
  });
});

describe('a look-up', () => {
  const make = (change: Partial<TransferBody> = {}) => client.transfers.create({ ...BODY, amount: 100, ...change });
  const idsIn = (transfers: readonly { transfer_id: string }[] | undefined) =>
    transfers?.map((each) => each.transfer_id);

  test('finds the transfers of a group, whatever they differ in', async () => {
    expect(await transfers.find(BODY)).toEqual([]);
    stripe.changeAccount({ id: 'acct_bob', transfers_enabled: true, payouts_enabled: true });
    const first = await make();
    const second = await make({ destination: 'acct_bob' });
    await make({ transfer_group: 'batch_2026-01:po_2' });
    const found = await transfers.find(BODY);
    expect(idsIn(found)).toEqual([second.id, first.id]);
    expect(idsIn((await transfers.made(BATCH)).get(BODY.transfer_group))).toEqual([second.id, first.id]);
    const differences = found.map((transfer) => differenceFrom({ ...BODY, amount: 100 }, transfer));
    expect(differences).toEqual([expect.stringContaining('its destination is acct_bob'), undefined]);
  });

  test('counts what was reversed in part, and not what was reversed as a whole', async () => {
    const whole = await make();
    const part = await make();
    await client.transfers.createReversal(whole.id);
    await client.transfers.createReversal(part.id, { amount: 40 });
    const left = [expect.objectContaining({ transfer_id: part.id, amount_minor: 100n, amount_reversed_minor: 40n })];
    expect(await transfers.find(BODY)).toEqual(left);
    expect([...(await transfers.made(BATCH))]).toEqual([[BODY.transfer_group, left]]);
    await client.transfers.createReversal(part.id);
    expect([await transfers.find(BODY), (await transfers.made(BATCH)).size]).toEqual([[], 0]);
  });

  test('reads all pages, and only the groups of the batch since the instant', async () => {
    for (let nth = 0; nth < 101; nth++) await make({ amount: 1 });
    for (const transfer_group of ['ORDER_10', 'batch_2026-01.2:po_1', 'batch_2026-02:po_1'])
      await make({ transfer_group });
    await client.transfers.create({ amount: 1, currency: 'usd', destination: 'acct_ada' });
    expect(await transfers.find(BODY)).toHaveLength(101);
    const since = async (day: number) =>
      [...(await transfers.made({ ...BATCH, since: Date.UTC(2026, 0, day) }))].map(([group, { length }]) => [
        group,
        length,
      ]);
    expect(await since(15)).toEqual([[BODY.transfer_group, 101]]);
    expect(await since(16)).toEqual([]);
  });

  test('is repeated while Stripe fails, and is unavailable if that lasts or Stripe refuses', async () => {
    let failures = 2;
    await stripe.stop();
    await start({ faults: () => (failures-- > 0 ? 'error_uncommitted' : fault) });
    expect(await transfers.find(BODY)).toEqual([]);
    fault = 'error_uncommitted';
    const reads = [
      () => transfers.find(BODY),
      () => transfers.made(BATCH),
      () => transfers.readAccount('acct_ada'),
      () => transfers.reversalsOf('tr_1'),
    ];
    for (const read of reads) await expect(read()).rejects.toThrow(Unavailable);
    fault = { forbidden: 'No.' };
    await expect(transfers.readAccount('acct_ada')).rejects.toThrow(
      /^The account acct_ada could not be read: No; try again/,
    );
  });
});
