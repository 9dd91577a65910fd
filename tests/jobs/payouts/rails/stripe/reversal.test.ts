import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StripeTransfers } from '../../../../../jobs/payouts/rails/stripe/stripe-transfers.ts';
import type { Fault } from '../../../../support/stripe/faults.ts';
import type { LocalServerOptions, LocalStripe } from '../../../../support/stripe/local-stripe.ts';
import { manualClock } from '../../../../support/stripe/small-account.ts';
import { BODY, startTransfers } from './transfers-of.ts';

let clock = manualClock();
let stripe: LocalStripe;
let client: Stripe;
let transfers: StripeTransfers;
let fault: Fault | undefined;

async function start(options: Partial<LocalServerOptions> = {}): Promise<void> {
  ({ stripe, client, transfers } = await startTransfers(clock, { faults: () => fault, ...options }));
}
beforeEach(async () => {
  clock = manualClock();
  fault = undefined;
  await start();
});
afterEach(() => stripe.stop());

describe('a reversal', () => {
  const transferId = async () => {
    const outcome = await transfers.request({ body: BODY, key: 'k1' });
    return outcome.outcome === 'made' ? outcome.transfer.transfer_id : '';
  };

  test('takes back all that is left, once for its key', async () => {
    const id = await transferId();
    const cancel = { transferId: id, key: 'r1', reason: 'Paid by mistake. '.repeat(50) };
    const reversal = { transfer_id: id, amount_minor: 5000n, currency: 'USD', key: 'r1' };
    await client.transfers.createReversal(id, { amount: 3000 });
    const first = await transfers.reverse(cancel);
    expect(first).toMatchObject({ outcome: 'made', reversal });
    expect(await transfers.reverse(cancel)).toEqual(first);
    expect(await transfers.reversalsOf(id)).toMatchObject([{ key: null, amount_minor: 3000n }, { key: 'r1' }]);
    expect(await transfers.reverse({ ...cancel, key: 'r2' })).toMatchObject({ outcome: 'refused', next: 'fail' });
    expect(stripe.balance('usd')).toBe(970_70n);
  });

  test('waits for the balance of the account, and is unknown if its answer is lost', async () => {
    await stripe.stop();
    await start({ reversalsNeedBalance: true });
    const cancel = { transferId: await transferId(), key: 'r1', reason: 'Paid by mistake.' };
    const spent = { id: 'txn_1', reporting_category: 'fee', type: 'stripe_fee', amount_minor: -1, currency: 'usd' };
    stripe.movement({ ...spent, created_at_ms: clock.now(), account: 'acct_ada' });
    const short = { outcome: 'refused', code: 'balance_insufficient', next: 'wait_for_funds', keyIsSpent: true };
    expect(await transfers.reverse(cancel)).toMatchObject(short);
    fault = 'truncate_after_commit';
    stripe.movement({ ...spent, id: 'txn_2', amount_minor: 1, created_at_ms: clock.now(), account: 'acct_ada' });
    expect(await transfers.reverse({ ...cancel, key: 'r2' })).toMatchObject({ outcome: 'unknown' });
    fault = undefined;
    expect(await transfers.reversalsOf(cancel.transferId)).toMatchObject([{ key: 'r2' }]);
  });

  test('by somebody else names no key of ours', async () => {
    const id = await transferId();
    await client.transfers.createReversal(id, { amount: 1 });
    expect(await transfers.reversalsOf(id)).toMatchObject([{ key: null, amount_minor: 1n }]);
  });
});
