import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closePeriod } from '../../../jobs/close-period.ts';
import type { Services } from '../../../jobs/job.ts';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { decidePayouts } from '../../../jobs/payouts/decide-payouts.ts';
import { requirePayoutToReverse, reversePayout } from '../../../jobs/payouts/reverse-payout.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../../jobs/reconcile-stripe.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { Conflict, NotFound, Rejected, Unavailable } from '../../../warehouse/errors.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { january, PAID, PAYABLE } from '../january.ts';
import { RUN } from '../test-services.ts';
import { ApprovedPayouts, payoutOf } from './approved-payouts.ts';
import { stoppingStore } from './stopping-store.ts';

const JANUARY = parsePeriod('2026-01');
const ADA = payoutOf('cr_ada');
const KEY = `batch_2026-01/${ADA}/r`;

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());

/** As the command does: the payout is looked for first, and taken back in a run of its own. */
async function reverse(id = 'cr_ada', because = 'Paid by mistake.') {
  const { services } = payouts.harness;
  const { payout_id } = await requirePayoutToReverse(services, { period: JANUARY, id });
  const options = { payout_id, because };
  return runJob(services, { job: reversePayout, period: JANUARY, options, startedBy: 'cleo' });
}

const transferOf = (creator: string) =>
  payouts.harness.stripe.transfers().filter(({ metadata }) => metadata.creator_id === creator);

/** What came back of a creator's transfers: each reversal with its key. */
const reversalsOf = (creator: string) =>
  transferOf(creator).flatMap(({ reversals }) =>
    reversals.data.map(({ amount, metadata }) => [amount, metadata?.idempotency_key, metadata?.reason]),
  );

const reported = () =>
  payouts.operational.selectFrom('outbox').select('properties').where('event', '=', 'Payout Reversed').execute();

/** Exactly one reversal at Stripe, one event, and one end. */
async function isReversedOnce(attempt = 1): Promise<void> {
  expect(reversalsOf('cr_ada')).toEqual([[80_00, `${KEY}${attempt}`, 'Paid by mistake.']]);
  expect(await reported()).toMatchObject([{ properties: { creator_id: 'cr_ada', amount: '80.00', currency: 'USD' } }]);
  expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'sent 1', 'reversed']);
}

describe('a sent payout', () => {
  beforeEach(async () => {
    await payouts.approve();
    await payouts.markAsSent('cr_ada');
  });

  const reverseWith = (operational: Operational) => {
    const services: Services = { ...payouts.harness.services, operational };
    return reversePayout.run({ ...services, ...RUN }, JANUARY, { payoutId: ADA, sentence: 'Paid by mistake.' });
  };
  const steps = async () => {
    const log = payouts.operational.selectFrom('payout_reversal_log').selectAll().orderBy('entry');
    return (await log.execute()).map(({ state, attempt }) => `${state} ${attempt}`);
  };
  /** As if the last request was stored 21 hours ago. */
  const age = () =>
    payouts.operational.connection().execute(async (connection) => {
      await sql`set session_replication_role = replica`.execute(connection);
      await sql`update payout_reversal_log set logged_at = logged_at - interval '21 hours'`.execute(connection);
      await sql`set session_replication_role = origin`.execute(connection);
    });

  // The intent, and in one transaction the outcome, the event and the end.
  const writes = FULL_RUN ? [1, 2, 3, 4] : [1, 2];
  const cases = writes.flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when })));
  test.each(cases)('after a crash $when write $nth: the next run takes it back once', async ({ nth, when }) => {
    const stopped = reverseWith(stoppingStore(payouts.operational, nth, when));
    await expect(stopped).rejects.toThrow('The process stopped here.');
    expect(await reverse('cr_ada', 'Said otherwise.')).toMatchObject({ state: 'reversed' });
    expect(reversalsOf('cr_ada')).toHaveLength(1);
    expect(await steps()).toEqual(['intent 1', 'made 1']);
    expect(await reported()).toHaveLength(1);
    expect(await payouts.log('cr_ada')).toEqual(['intent 1', 'sent 1', 'reversed']);
  });

  test.each([
    ['rate_limit', 1],
    ['drop_before', 1],
    ['truncate_after_commit', 1],
    ['error_committed', 1],
    ['error_uncommitted', 2],
  ] as const)('is taken back once although its request ends with %s', async (fault, attempt) => {
    let isFirst = true;
    payouts.harness.faults(({ key }) => {
      if (!key?.startsWith(KEY) || !isFirst) return undefined;
      isFirst = false;
      return fault;
    });
    expect(await reverse()).toMatchObject({ was_reversed_before: false });
    await isReversedOnce(attempt);
  });

  test('of which no answer comes keeps its request open, which is repeated as it was stored', async () => {
    payouts.harness.faults(({ key }) => (key?.startsWith(KEY) ? 'rate_limit' : undefined));
    await expect(reverse()).rejects.toThrow(Unavailable);
    payouts.harness.faults(() => undefined);
    expect(reversalsOf('cr_ada')).toEqual([]);
    await reverse('cr_ada', 'Said otherwise.');
    await isReversedOnce();
  });

  test('whose request is older than 20 hours is looked up, then requested with the next key', async () => {
    payouts.harness.faults(({ key }) => (key?.startsWith(KEY) ? 'rate_limit' : undefined));
    await expect(reverse()).rejects.toThrow(Unavailable);
    payouts.harness.faults(() => undefined);
    await age();
    await reverse();
    await isReversedOnce(2);
  });

  test('that was taken back by a request older than 20 hours, whose answer was lost, is not requested again', async () => {
    await expect(reverseWith(stoppingStore(payouts.operational, 2, 'before'))).rejects.toThrow('stopped here');
    await age();
    expect(await reverse()).toMatchObject({ was_reversed_before: true });
    expect(await steps()).toEqual(['intent 1', 'made 1']);
    await isReversedOnce();
  });

  test('of two runs at once is taken back once', async () => {
    const gate = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    payouts.harness.faults(({ key }) => {
      if (!key?.startsWith(KEY)) return undefined;
      payouts.harness.faults(() => undefined);
      held.resolve();
      return { hold: gate.promise };
    });
    const one = reverseWith(payouts.operational);
    await held.promise;
    await expect(reverseWith(payouts.operational)).rejects.toThrow(/^It is not known yet whether .+ was reversed/);
    gate.resolve();
    expect(await one).toMatchObject({ state: 'reversed' });
    await isReversedOnce();
  });

  test('for which two runs look at the same moment is taken back once', async () => {
    const both = [reverseWith(payouts.operational), reverseWith(payouts.operational)];
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await reverse()).toMatchObject({ was_reversed_before: true });
    await isReversedOnce();
  });

  test('whose account has spent the money is a conflict that says what to do, and is taken back once it has some', async () => {
    payouts.harness.faults(({ key }) => (key === `${KEY}1` ? { refused: 'balance_insufficient' } : undefined));
    const refused = reverse();
    await expect(refused).rejects.toThrow(Conflict);
    await expect(refused).rejects.toThrow(
      /^The payout po_\S+ could not be reversed: 80\.00 USD cannot be taken from the account acct_ada now \(The available balance is too small\. .+\); run "tantieme payouts reverse 2026-01 po_\S+ --because …" again once they can, or deduct them from the balance of cr_ada with "tantieme corrections propose balance"\.$/,
    );
    expect([await steps(), await reported()]).toEqual([['intent 1', 'key_spent 1'], []]);
    await reverse();
    await isReversedOnce(2);
  });

  test('that somebody has reversed, in part or as a whole, is taken back as far as something is left', async () => {
    const [transfer] = transferOf('cr_ada');
    const byHand = (amount: number) =>
      payouts.harness.services.stripe?.transfers.createReversal(transfer?.id ?? '', { amount });
    await byHand(30_00);
    expect(await reverse()).toMatchObject({ reversal_ids_stripe: [expect.any(String), expect.any(String)] });
    expect((await reported()).map(({ properties }) => (properties as { amount: string }).amount).sort()).toEqual([
      '30.00',
      '50.00',
    ]);
    expect(await reverse()).toMatchObject({ was_reversed_before: true });
    expect([(await reported()).length, reversalsOf('cr_ada').length, await steps()]).toEqual([
      2,
      2,
      ['intent 1', 'made 1'],
    ]);
  });

  test('beside which another transfer stands is not taken back', async () => {
    const { stripe } = payouts.harness.services;
    const transfer_group = `batch_2026-01:${ADA}`;
    const by = { amount: 80_00, currency: 'usd', destination: 'acct_ada', transfer_group };
    const other = await stripe?.transfers.create(by);
    await expect(reverse()).rejects.toThrow(new RegExp(`Stripe has ${other?.id} for it, so it would still be paid`));
    expect(reversalsOf('cr_ada')).toEqual([]);
  });

  test('whose line was edited is not taken back, and nothing of it is recorded, until it is as it was approved', async () => {
    const edit = (amount_minor: bigint) =>
      payouts.operational.updateTable('payout_lines').set({ amount_minor }).where('payout_id', '=', ADA).execute();
    await edit(1n);
    const refused =
      /^The payout po_\S+ was not recorded as reversed: its line in the control store is not the one that/;
    await expect(reverse()).rejects.toThrow(refused);
    expect([reversalsOf('cr_ada'), await reported(), await steps()]).toEqual([[], [], []]);
    await edit(80_00n);
    // It is edited while the run is at Stripe.
    payouts.harness.faults(({ key }) => {
      const held = key?.startsWith(KEY) ? { hold: edit(1n).then(() => undefined) } : undefined;
      if (held) payouts.harness.faults(() => undefined);
      return held;
    });
    await expect(reverse()).rejects.toThrow(refused);
    expect([await reported(), await payouts.log('cr_ada')]).toEqual([[], ['intent 1', 'sent 1']]);
    await edit(80_00n);
    await reverse();
    await isReversedOnce();
  });

  test('is found by its creator or its id, and what was not sent is refused with what to do', async () => {
    const find = (id: string) => requirePayoutToReverse(payouts.harness.services, { period: JANUARY, id });
    expect((await find(ADA)).payout_id).toBe(ADA);
    await expect(find('cr_none')).rejects.toThrow(NotFound);
    const request = {
      period: JANUARY,
      decision: 'cancel',
      ids: ['cr_ada'],
      sentence: 'A mistake.',
      by: 'cleo',
    } as const;
    expect((await decidePayouts(payouts.harness.services, request))[0]?.refused).toBe(
      `It has been sent; take it back with "tantieme payouts reverse 2026-01 ${ADA} --because …".`,
    );
    await expect(reverse('cr_ada', ' ')).rejects.toThrow(Rejected);
    await payouts.approve();
    await expect(find('cr_ada')).rejects.toThrow(/po_\S+ is approved; what is not sent yet is cancelled with/);
  });
});

// Last, because it closes another month.
test('a payout that was taken back is paid again by the next batch: one transfer stands, nothing is owed, nothing differs', async () => {
  const { harness } = payouts;
  await harness.restart('books');
  january(PAYABLE, harness.stripe);
  await harness.pay('2026-01');
  const outcome = await reverse();
  expect(outcome).toMatchObject({ state: 'reversed', amount: '80.00', currency: 'USD', was_reversed_before: false });
  // Until Stripe's own record is read, what was taken back is not paid again.
  await expect(harness.pay('2026-01')).rejects.toThrow(/^There is nothing more to be paid for 2026-01/);
  await harness.run(pullFromStripe);
  expect(await harness.run(confirmPayouts)).toEqual({ confirmed: 2, reversals: 0 });
  expect(await harness.pay('2026-01')).toMatchObject({ batch_id: 'batch_2026-01.2', sent: 1, waiting: 0 });
  const standing = harness.stripe.transfers().filter(({ reversed }) => !reversed);
  expect(standing.map(({ metadata, amount }) => [metadata.creator_id, BigInt(amount)]).sort()).toEqual(
    Object.entries(PAID),
  );
  expect(transferOf('cr_ada')).toHaveLength(2);
  harness.setTime('2026-03-02T04:00:00.000Z');
  await harness.run(pullFromStripe);
  for (const period of ['2026-01', '2026-02'])
    expect(await harness.run(reconcileStripe, period)).toMatchObject({ verdict: 'reconciled', breaks: 0 });
  await harness.run(closePeriod, '2026-02');
  const closed = await harness.services.warehouse.query(
    `select payouts_minor, payout_reversals_minor, closing_minor from tantieme.balances
    where period = '2026-02' and creator_id = 'cr_ada'`,
  );
  expect(closed).toEqual([{ payouts_minor: 160_00n, payout_reversals_minor: 80_00n, closing_minor: 0n }]);
});
