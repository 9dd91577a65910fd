import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordBreaks } from '../../../jobs/break-history.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { issueStatements } from '../../../jobs/issue-statements.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { payoutIdOf } from '../../../jobs/payouts/batches.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../../jobs/reconcile-stripe.ts';
import { Conflict, Rejected } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { breakRow, setBreaks } from '../breaks-of.ts';
import { restartWithJanuary } from '../closed-january.ts';
import { january, openAccount, PAID, PAYABLE, recordJanuary, refund, sale, UNPAID } from '../january.ts';
import { openTestServices, RUN, type TestServices } from '../test-services.ts';

const FIXTURES = [...PAYABLE, ...Object.values(UNPAID)];

let operational: Operational;
let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  ({ operational } = harness.services);
  await restartWithJanuary(harness, FIXTURES);
});
afterAll(() => harness[Symbol.asyncDispose]());

/** Starts over with the books of January and the accounts of its creators. */
const begin = async (): Promise<void> => {
  await harness.restart('books');
  for (const fixture of FIXTURES) openAccount(fixture, harness.stripe);
};

const lines = () => operational.selectFrom('payout_lines').selectAll().orderBy('creator_id').execute();

describe('a plan', () => {
  beforeEach(begin);

  test('requires a closed period', async () => {
    await expect(harness.run(planPayouts, '2026-02')).rejects.toThrow(
      new Conflict('2026-02 is not closed; close it first.'),
    );
    expect(await lines()).toEqual([]);
  });

  test('has a line for every creator with a balance: the amount to pay, or the reason why it is not paid', async () => {
    expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 3, skipped: 6 });
    const planned = await lines();
    const payable = planned.filter(({ reason }) => reason === 'payable');
    expect(Object.fromEntries(payable.map(({ creator_id, amount_minor }) => [creator_id, amount_minor]))).toEqual(PAID);
    const skipped = planned.filter(({ reason }) => reason !== 'payable');
    expect(Object.fromEntries(skipped.map(({ reason, creator_id }) => [reason, creator_id]))).toEqual(
      Object.fromEntries(Object.entries(UNPAID).map(([reason, { name }]) => [reason, `cr_${name}`])),
    );
    for (const line of skipped) expect(line).toMatchObject({ amount_minor: 0n, body: null, body_hash: null });
  });

  test('leaves out the creators whose money a break in the comparison with Stripe is about, and pays all others', async () => {
    const balance = { break_class: 'balance_differs', flow_id: 'payments', flow_kind: 'other', cash_movement: 'other' };
    await setBreaks(harness.services, breakRow({ flow_id: 'ch_ada_0' }), breakRow(balance));
    await recordBreaks(harness.services, { period: parsePeriod('2026-01'), by: 'schedule' });
    expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 2, skipped: 7, on_hold: 1 });
    const held = (await lines()).filter(({ reason }) => reason === 'break_open');
    expect(held).toMatchObject([{ creator_id: 'cr_ada', amount_minor: 0n, body: null }]);
    const [ada] = (await statusOf(harness.services, 'batch_2026-01')).filter(({ reason }) => reason === 'break_open');
    expect(ada).toMatchObject({ state: 'skipped', last_reason: expect.stringMatching(/^On hold while the break/) });
    await setBreaks(harness.services);
  });

  test('says when its month was last compared with Stripe completely, or that it never was', async () => {
    const said: string[] = [];
    const plan = async () => {
      for (const table of ['payout_lines', 'payout_batches'] as const) await operational.deleteFrom(table).execute();
      const run = { ...harness.services, ...RUN, progress: (text: string) => void said.push(text) };
      return planPayouts.run(run, parsePeriod('2026-01'));
    };
    const compared = (at: string, verdict: string, period = '2026-01') =>
      operational
        .insertInto('job_runs')
        .values({
          ...{ run_id: `run_${at}`, job: 'reconcile-stripe', period, state: 'done', started_by: 'schedule' },
          ...{ started_at: at, lease_expires_at: at, finished_at: at, progress: null, error: null },
          outcome: JSON.stringify({ verdict }),
        })
        .execute();
    await compared('2026-02-02T03:00:00.000Z', 'incomplete');
    await compared('2026-02-02T03:30:00.000Z', 'reconciled', '2026-02');
    const never = '2026-01 has not been compared with Stripe completely: no holds are known.';
    expect(await plan()).toMatchObject({ compared_at: null, comparison: never });
    expect(said).toContain(never);
    await compared('2026-02-01T04:40:00.000Z', 'breaks');
    await compared('2026-01-31T04:40:00.000Z', 'reconciled');
    expect(await plan()).toMatchObject({
      compared_at: '2026-02-01T04:40:00.000Z',
      comparison: '2026-01 was last compared with Stripe completely at 2026-02-01T04:40:00.000Z.',
    });
  });

  test('fixes the requests to Stripe, with the same ids when it is planned again', async () => {
    await harness.run(planPayouts, '2026-01');
    const [ada] = await lines();
    const payout_id = payoutIdOf({ batch_id: 'batch_2026-01', creator_id: 'cr_ada', currency: 'USD' });
    expect(ada).toMatchObject({ payout_id, account_id_stripe: 'acct_ada', body_hash: sha256Hex(ada?.body ?? '') });
    expect(JSON.parse(ada?.body ?? '')).toEqual({
      amount: 8000,
      currency: 'usd',
      destination: 'acct_ada',
      transfer_group: `batch_2026-01:${payout_id}`,
      metadata: { payout_id, batch_id: 'batch_2026-01', creator_id: 'cr_ada' },
    });
    const before = await lines();
    await begin();
    await harness.run(planPayouts, '2026-01');
    expect(await lines()).toEqual(before);
  });

  test('pays what the sealed balance leaves, and nothing if the amount to pay is another', async () => {
    const changed = (by: string) =>
      harness.services.warehouse.transaction((writer) =>
        writer.query(`update ledger.balances set payable_minor = payable_minor ${by} where creator_id = 'cr_ada'`),
      );
    await changed('+ 1');
    await expect(harness.run(planPayouts, '2026-01')).rejects.toThrow(
      'What is to be paid to cr_ada in USD is not what the sealed balance leaves.',
    );
    await changed('- 1');
    expect(await lines()).toEqual([]);
  });

  test('can be made only once', async () => {
    await harness.run(planPayouts, '2026-01');
    const before = await lines();
    await expect(harness.run(planPayouts, '2026-01', 'ben')).rejects.toThrow(
      new Conflict('The payouts of 2026-01 are already planned.'),
    );
    await harness.run(approvePayouts, '2026-01', 'ben');
    await expect(harness.run(planPayouts, '2026-01')).rejects.toThrow(
      /^There is nothing more to be paid for 2026-01 now: 3 payouts that are already planned have not ended; /,
    );
    expect(await lines()).toEqual(before);
  });
});

describe('an approval', () => {
  beforeEach(begin);
  const batch = () => operational.selectFrom('payout_batches').selectAll().executeTakeFirstOrThrow();

  test('requires a plan, and a different person from its planner', async () => {
    await expect(harness.run(approvePayouts, '2026-01', 'ben')).rejects.toThrow(
      new Conflict('The payouts of 2026-01 are not planned; run plan-payouts first.'),
    );
    await harness.run(planPayouts, '2026-01', 'ada');
    await expect(harness.run(approvePayouts, '2026-01', 'ada')).rejects.toThrow(
      new Rejected('ada planned the payouts of 2026-01; someone else must approve them.'),
    );
    expect(await batch()).toMatchObject({ state: 'planned', approved_by: null });
    expect(await harness.run(approvePayouts, '2026-01', 'ben')).toMatchObject({
      batch_id: 'batch_2026-01',
      planned_by: 'ada',
      approved_by: 'ben',
      approval_hash: (await batch()).approval_hash,
    });
    expect(await batch()).toMatchObject({
      state: 'approved',
      approved_by: 'ben',
      approved_at: '2026-02-02T04:00:00.000Z',
    });
  });

  test('can be given only once', async () => {
    await harness.run(planPayouts, '2026-01', 'ada');
    await harness.run(approvePayouts, '2026-01', 'ben');
    await expect(harness.run(approvePayouts, '2026-01', 'cai')).rejects.toThrow(
      new Conflict('The payouts of 2026-01 are already approved.'),
    );
  });

  test('is required before any money moves', async () => {
    await expect(harness.run(sendPayouts, '2026-01')).rejects.toThrow(/not planned/);
    await harness.run(planPayouts, '2026-01', 'ada');
    await expect(harness.run(sendPayouts, '2026-01', 'ben')).rejects.toThrow(
      new Conflict(
        'The payouts of 2026-01 cannot be sent: they are not approved; someone other than ada must approve them first.',
      ),
    );
    expect(harness.stripe.transfers()).toEqual([]);
  });
});

describe('the next period', () => {
  test('pays what is then owed: with carried fractions, nothing twice, and no negative balance', async () => {
    const [ada, ben, cai] = PAYABLE;
    if (!ada || !ben || !cai) throw new Error('Three are payable.');
    await harness.restart('books');
    january(FIXTURES, harness.stripe);
    // The amount that Stripe refuses to transfer to ada stays owed.
    harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: false, payouts_enabled: false });
    expect(await harness.pay('2026-01')).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
    harness.stripe.changeAccount({ id: 'acct_ada', transfers_enabled: true, payouts_enabled: true });
    const at = '2026-02-10T12:00:00.000Z';
    harness.setTime('2026-03-02T04:00:00.000Z');
    await harness.recordEvents(
      sale(ben, { id: 'ben_9', amount: '49.92', at, stripe: harness.stripe }),
      refund(cai, { id: 'cai_0', amount: '50.00', at, stripe: harness.stripe }),
    );
    await harness.run(closePeriod, '2026-02');
    expect(await harness.pay('2026-02')).toMatchObject({ sent: 2, skipped: 6 });
    const status = await statusOf(harness.services, 'batch_2026-02');
    // 79.984 was owed to ben and 79.98 paid; 39.936 more make 39.94.
    expect(
      Object.fromEntries(status.map(({ creator_id, reason, amount_minor }) => [creator_id, [reason, amount_minor]])),
    ).toMatchObject({
      cr_ada: ['payable', 80_00n],
      cr_ben: ['payable', 39_94n],
      cr_cai: ['negative_balance', 0n],
    });
  });

  test('ends the payouts of the previous one', async () => {
    await expect(harness.run(planPayouts, '2026-01')).rejects.toThrow(
      new Conflict(
        'The payouts of 2026-01 can no longer be made: 2026-02 is closed, and its balances contain the amounts still owed; pay 2026-02 instead.',
      ),
    );
  });
});

test('each currency is paid in its own minor units and in those of Stripe, however large; what is left over stays in the balance', async () => {
  const ready = { verified: true, account: 'active' } as const;
  const sold: Readonly<Record<string, readonly [currency: string, price: string]>> = {
    bhd: ['BHD', '99.990'],
    clf: ['CLF', '100.0005'],
    idr: ['IDR', '1200000000'],
    isk: ['ISK', '12500'],
    mga: ['MGA', '100006'],
    ugx: ['UGX', '999999999999'],
    vnd: ['VND', '900000000000000'],
  };
  await harness.restart();
  const fixtures = Object.entries(sold).map(([name, [currency, price]]) => ({
    ...ready,
    name,
    currency,
    sales: [price],
  }));
  await recordJanuary(harness, fixtures);
  await harness.run(closePeriod, '2026-01');
  await harness.run(issueStatements, '2026-01');
  expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 7, skipped: 0 });
  expect(Object.fromEntries((await lines()).map(({ currency, amount_minor }) => [currency, amount_minor]))).toEqual({
    BHD: 79_990n,
    CLF: 80_0004n,
    IDR: 960_000_000_00n,
    ISK: 10_000n,
    MGA: 8_000_400n,
    UGX: 799_999_999_999n,
    VND: 720_000_000_000_000n,
  });
  await harness.run(approvePayouts, '2026-01', 'ben');
  harness.setTime('2026-02-02T06:00:00.000Z');
  expect(await harness.run(sendPayouts, '2026-01')).toMatchObject({ sent: 7, failed: 0 });
  const transferred = harness.stripe.transfers().map(({ currency, amount }) => [currency, amount]);
  expect(Object.fromEntries(transferred)).toEqual({
    bhd: 79_990,
    clf: 800_004,
    idr: 96_000_000_000,
    isk: 1_000_000,
    mga: 80_004,
    ugx: 79_999_999_999_900,
    vnd: 720_000_000_000_000,
  });
  expect(transferred).toHaveLength(7);
  await harness.run(pullFromStripe);
  expect(await harness.run(reconcileStripe, '2026-01')).toMatchObject({ verdict: 'reconciled', breaks: 0 });
});
