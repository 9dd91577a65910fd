import { createServer, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TransferBody } from '../../../../../jobs/payouts/payouts.ts';
import { openStripe } from '../../../../../jobs/payouts/rails/stripe/client.ts';
import { findTransfer, requestTransfer, transfersOf } from '../../../../../jobs/payouts/rails/stripe/transfer.ts';
import { InvariantBroken, Unavailable } from '../../../../../warehouse/errors.ts';
import { listenLocally } from '../../../../support/loopback.ts';
import { stripeClient } from '../../../../support/stripe/client.ts';
import { type LocalStripe, startStripe } from '../../../../support/stripe/local-stripe.ts';
import { createSmallAccount, manualClock } from '../../../../support/stripe/small-account.ts';

const BODY: TransferBody = {
  amount: 8000,
  currency: 'usd',
  destination: 'acct_ada',
  transfer_group: 'batch_2026-01:po_1',
  metadata: { payout_id: 'po_1', batch_id: 'batch_2026-01', creator_id: 'cr_ada' },
};
const TRANSFER = { id: 'tr_1', object: 'transfer', ...BODY };

/** A server in place of Stripe that gives the same answer to every request. */
async function answering(answer: (response: ServerResponse) => void) {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => answer(response));
  });
  const { url: apiBase, stop } = await listenLocally(server);
  return { stripe: openStripe({ apiKey: 'sk_test_local', apiBase }), [Symbol.asyncDispose]: stop };
}

const json = (status: number, body: object) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const refusal = (status: number, code?: string) =>
  json(status, { error: { type: 'invalid_request_error', message: 'No.', ...(code && { code }) } });

describe('a request for a transfer', () => {
  test.each([
    ['a transfer', json(200, TRANSFER), { outcome: 'sent', transfer: { id: 'tr_1' } }],
    ['a 500, which Stripe stores under the key', refusal(500), { outcome: 'refused', next: 'now' }],
    ['a 502 from a proxy', (response: ServerResponse) => response.writeHead(502).end('<html>'), { outcome: 'unknown' }],
    ['a 503', refusal(503), { outcome: 'unknown' }],
    ['a 504', refusal(504), { outcome: 'unknown' }],
    ['a 401', refusal(401), { outcome: 'unknown' }],
    ['a 403, for a key without the permission', refusal(403, 'more_permissions_required'), { outcome: 'unknown' }],
    ['a 409, for an idempotency key in use', refusal(409, 'idempotency_key_in_use'), { outcome: 'unknown' }],
    ['a 429', refusal(429, 'rate_limit'), { outcome: 'unknown' }],
    ['an insufficient balance', refusal(400, 'balance_insufficient'), { outcome: 'refused', next: 'later' }],
    [
      'an account without the capability',
      refusal(400, 'insufficient_capabilities_for_transfer'),
      { outcome: 'refused', next: 'never' },
    ],
    ['an account that does not exist', refusal(404, 'resource_missing'), { outcome: 'refused', next: 'never' }],
    [
      'a truncated success',
      (response: ServerResponse) => response.writeHead(200).end('{"id":"tr_'),
      { outcome: 'unknown' },
    ],
    ['no answer', (response: ServerResponse) => response.destroy(), { outcome: 'unknown' }],
  ])('that is answered with %s', async (_, answer, outcome) => {
    await using peer = await answering(answer);
    expect(await requestTransfer(peer.stripe, { body: BODY, key: 'k1' })).toMatchObject(outcome);
  });

  test.each([
    ['amount', { amount: 8001 }],
    ['currency', { currency: 'eur' }],
    ['destination', { destination: 'acct_eve' }],
    ['group', { transfer_group: 'batch_2026-01:po_2' }],
  ])('fails if the returned transfer has a different %s', async (_, change) => {
    await using peer = await answering(json(200, { ...TRANSFER, ...change }));
    await expect(requestTransfer(peer.stripe, { body: BODY, key: 'k1' })).rejects.toThrow(InvariantBroken);
  });
});

describe('the lookup of a transfer', () => {
  let stripe: LocalStripe;
  beforeEach(async () => {
    const clock = manualClock();
    stripe = await startStripe({ clock, apiKey: 'sk_test_local' });
    createSmallAccount(stripe, clock);
  });
  afterEach(() => stripe.stop());
  const make = (change: Partial<TransferBody> = {}) =>
    stripeClient(stripe).transfers.create({ ...BODY, amount: 100, ...change });

  test('finds the transfer, or proves that there is none', async () => {
    const small = { ...BODY, amount: 100 };
    expect(await findTransfer(stripeClient(stripe), small)).toBeUndefined();
    const { id } = await make();
    expect(await findTransfer(stripeClient(stripe), small)).toMatchObject({ id });
    expect(
      await findTransfer(stripeClient(stripe), { ...small, transfer_group: 'batch_2026-01:po_2' }),
    ).toBeUndefined();
  });

  test('fails for two transfers of one payout, and for a different amount', async () => {
    await make();
    await expect(findTransfer(stripeClient(stripe), BODY)).rejects.toThrow(InvariantBroken);
    await make();
    await expect(findTransfer(stripeClient(stripe), { ...BODY, amount: 100 })).rejects.toThrow(/has two transfers/);
    await expect(transfersOf(stripeClient(stripe), { batchId: 'batch_2026-01', since: 0 })).rejects.toThrow(
      /has two transfers/,
    );
  });

  test('ignores transfer groups of other origin, even repeated ones', async () => {
    for (let nth = 0; nth < 2; nth++) await make({ transfer_group: 'ORDER_10' });
    expect((await transfersOf(stripeClient(stripe), { batchId: 'batch_2026-01', since: 0 })).size).toBe(0);
  });

  test('reads all pages of a large batch, and only transfers of that batch', async () => {
    for (let nth = 0; nth < 130; nth++) await make({ transfer_group: `batch_2026-01:po_${nth}` });
    await stripeClient(stripe).transfers.create({ amount: 1, currency: 'usd', destination: 'acct_ada' });
    for (const transfer_group of ['other', 'other', 'batch_2026-02:po_1']) await make({ transfer_group });
    const since = (day: number) =>
      transfersOf(stripeClient(stripe), { batchId: 'batch_2026-01', since: Date.UTC(2026, 0, day) });
    expect((await since(15)).size).toBe(130);
    expect((await since(16)).size).toBe(0);
  });

  test('throws Unavailable if Stripe does not answer, because that proves nothing', async () => {
    await using peer = await answering(refusal(500));
    await expect(findTransfer(peer.stripe, BODY)).rejects.toThrow(Unavailable);
    await expect(transfersOf(peer.stripe, { batchId: 'batch_2026-01', since: 0 })).rejects.toThrow(Unavailable);
  });
});
