import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STRIPE_TABLES } from '../../ingest/stripe/tables.ts';
import { breaksOf } from '../../jobs/breaks.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { pull, pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { stripeClient } from '../support/stripe/client.ts';
import { restartWithJanuary } from './closed-january.ts';
import {
  type CreatorFixture,
  charged,
  creatorEvents,
  january,
  PAYABLE,
  purchased,
  recordJanuary,
  refunded,
  UNPAID,
} from './january.ts';
import { openTestServices, RUN, type TestServices } from './test-services.ts';

const FIXTURES = [...PAYABLE, ...Object.values(UNPAID)];

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await restartWithJanuary(harness, FIXTURES);
});
afterAll(() => harness[Symbol.asyncDispose]());
/** Each test starts with the same January in a new local Stripe: nothing pulled and nothing paid out yet. */
beforeEach(async () => {
  await harness.restart('books');
  january(FIXTURES, harness.stripe);
  await harness.services.warehouse.transaction(async (writer) => {
    for (const { name } of STRIPE_TABLES) await writer.query(`delete from ${name}`);
    await writer.query('delete from raw.payout_sent');
    await writer.query(`delete from landing.messages where message_id like 'po%'`);
  });
});

const reconcile = (period = '2026-01') => harness.run(reconcileStripe, period);
const approve = async () => {
  await harness.run(planPayouts, '2026-01', 'ada');
  await harness.run(approvePayouts, '2026-01', 'ben');
};
const breaks = (period = '2026-01') =>
  harness.services.warehouse.query(
    'select flow_kind, break_class, ledger_minor, stripe_minor from tantieme.breaks where period = $1 order by all',
    [period],
  );

describe('the verdict', () => {
  test('is incomplete until Stripe has been pulled for the whole period', async () => {
    expect(await reconcile()).toMatchObject({
      verdict: 'incomplete',
      reason: "Stripe's records from 2026-01-01T00:00:00.000Z on have not been pulled; run pull-stripe.",
    });
    const run = { ...harness.services, ...RUN };
    await pull(run, { from: Date.parse('2026-01-01T00:00:00.000Z'), until: Date.parse('2026-01-20T00:00:00.000Z') });
    // A pull begins a day earlier, on 21 January, so 20 January is still missing.
    await pull(run, { from: Date.parse('2026-01-22T00:00:00.000Z'), until: Date.parse('2026-02-01T00:00:00.000Z') });
    expect(await reconcile()).toMatchObject({
      verdict: 'incomplete',
      reason: expect.stringContaining('2026-01-20T00:00:00.000Z'),
    });
    await pull(run, { from: Date.parse('2026-01-19T00:00:00.000Z'), until: Date.parse('2026-01-21T00:00:00.000Z') });
    // Only a pull of the present reads the balance.
    expect(await reconcile()).toMatchObject({
      ...{ verdict: 'incomplete', breaks: 0 },
      reason: "Stripe's balance has not been read since the end of 2026-01; run pull-stripe.",
    });
    await harness.run(pullFromStripe);
    expect(await reconcile()).toMatchObject({ verdict: 'reconciled', breaks: 0 });
    await harness.services.warehouse.transaction((writer) =>
      writer.query(`delete from stripe.balances where currency = 'EUR'`),
    );
    expect(await reconcile()).toMatchObject({
      reason: "Stripe's balance in EUR has not been read since the end of 2026-01; run pull-stripe.",
    });
  });

  test('is pending while payouts are approved and not sent, then reconciled', async () => {
    await harness.run(pullFromStripe);
    await approve();
    expect(await reconcile()).toMatchObject({ verdict: 'pending', reason: '3 payouts are approved but not sent yet.' });
    harness.setTime('2026-02-02T06:00:00.000Z');
    await harness.run(sendPayouts, '2026-01');
    // The payouts were sent at 06:00, and the last pull was at 04:00.
    expect(await reconcile()).toMatchObject({
      verdict: 'incomplete',
      reason: expect.stringContaining('2026-02-02T04:00:00.000Z'),
    });
    await harness.run(pullFromStripe);
    const outcome = await reconcile();
    expect(outcome).toMatchObject({ verdict: 'reconciled', breaks: 0 });
    expect(outcome.movements).toEqual([
      {
        period: '2026-01',
        currency: 'EUR',
        flow_kind: 'charge',
        match_status: 'matched',
        flow_count: 1,
        ledger_minor: '20000',
        stripe_minor: '20000',
      },
      {
        period: '2026-01',
        currency: 'EUR',
        flow_kind: 'transfer',
        match_status: 'matched',
        flow_count: 1,
        ledger_minor: '-16000',
        stripe_minor: '-16000',
      },
      {
        period: '2026-01',
        currency: 'USD',
        flow_kind: 'charge',
        match_status: 'matched',
        flow_count: 9,
        ledger_minor: '70998',
        stripe_minor: '70998',
      },
      {
        period: '2026-01',
        currency: 'USD',
        flow_kind: 'dispute',
        match_status: 'matched',
        flow_count: 1,
        ledger_minor: '-10000',
        stripe_minor: '-10000',
      },
      {
        period: '2026-01',
        currency: 'USD',
        flow_kind: 'refund',
        match_status: 'matched',
        flow_count: 1,
        ledger_minor: '-10000',
        stripe_minor: '-10000',
      },
      {
        period: '2026-01',
        currency: 'USD',
        flow_kind: 'transfer',
        match_status: 'matched',
        flow_count: 2,
        ledger_minor: '-15998',
        stripe_minor: '-15998',
      },
    ]);
    // A repeated pull changes nothing.
    harness.setTime('2026-02-02T07:00:00.000Z');
    await harness.run(pullFromStripe);
    expect(await reconcile()).toEqual(outcome);
  });

  test('lists what is at Stripe only, and a payout that was reversed after it was sent, in the month in which Stripe made it', async () => {
    await approve();
    await harness.run(sendPayouts, '2026-01');
    const created_at_ms = Date.parse('2026-01-15T12:00:00.000Z');
    harness.stripe.charge({ id: 'ch_other', amount_minor: 777n, currency: 'usd', created_at_ms });
    harness.stripe.refund({ id: 're_other', charge: 'ch_ada_0', amount_minor: 1n, created_at_ms });
    const transfer = harness.stripe.transfers().find(({ destination }) => destination === 'acct_ada');
    const { transfers } = stripeClient(harness.stripe);
    await transfers.createReversal(transfer?.id ?? '');
    const byHand = { amount: 100, currency: 'usd', destination: 'acct_ada' };
    await transfers.create({ ...byHand, transfer_group: 'batch_2026-01:po_by_hand' });
    await harness.run(pullFromStripe);
    expect(await reconcile()).toMatchObject({
      verdict: 'breaks',
      breaks: 3,
      reason: '3 breaks between our books and Stripe are open.',
    });
    expect(await breaks()).toEqual([
      { flow_kind: 'charge', break_class: 'missing_in_ledger', ledger_minor: null, stripe_minor: 777n },
      // The net amount of both: they were pulled only after January was closed, and February books them.
      { flow_kind: 'other', break_class: 'books_differ', ledger_minor: 47169n, stripe_minor: 47892n },
      { flow_kind: 'refund', break_class: 'missing_in_ledger', ledger_minor: null, stripe_minor: -1n },
    ]);
    // What was before the books is one opening entry, and does not differ.
    await harness.services.warehouse.transaction(async (writer) => {
      await writer.query(
        `insert into stripe.balance_transactions
        select * replace ('txn_before' as id_stripe, timestamp '2025-12-15 00:00:00+00' as created_at) from stripe.balance_transactions where id_stripe = (select min(id_stripe) from stripe.balance_transactions where currency = 'USD')`,
      );
      await writer.query(
        `insert into ledger.postings
        select * replace ('opening:2026-01:stripe_balance' as journal_id, 'opening' as journal_kind, (select net_minor / 100 from stripe.balance_transactions where id_stripe = 'txn_before' limit 1) as posting_amount)
        from ledger.postings where account = 'stripe_balance' and currency = 'USD' limit 1`,
      );
    });
    const january = await breaksOf(harness.services, parsePeriod('2026-01'));
    await harness.services.warehouse.transaction(async (writer) => {
      await writer.query("delete from ledger.postings where journal_kind = 'opening'");
      await writer.query("delete from stripe.balance_transactions where id_stripe = 'txn_before'");
    });
    expect(january.find(({ break_class }) => break_class === 'books_differ')?.what_happened).toMatch(
      /differ: txn_\w+ \((refund re|charge ch)_other\) of −?[\d.]+ USD on 15 January 2026 is not in those books; txn_\w+ \((refund re|charge ch)_other\) of −?[\d.]+ USD on 15 January 2026 is not in those books\.$/,
    );
    await reconcile('2026-02');
    expect(await breaks('2026-02')).toEqual([
      { flow_kind: 'transfer', break_class: 'missing_in_ledger', ledger_minor: null, stripe_minor: -100n },
      { flow_kind: 'transfer', break_class: 'reversed_after_settlement', ledger_minor: null, stripe_minor: 80_00n },
    ]);
  });

  test('lists a sale that is missing at Stripe, and one with a different amount', async () => {
    const [ada] = PAYABLE as [CreatorFixture];
    await harness.restart();
    charged(harness.stripe, { id: 'less', amount: '9.99' });
    await recordJanuary(harness, [ada]);
    await harness.recordEvents(
      purchased({ id: 'never', amount: '5.00', asset_id: 'asset_ada' }),
      purchased({ id: 'less', amount: '10.00', asset_id: 'asset_ada' }),
    );
    await harness.run(pullFromStripe);
    expect(await reconcile()).toMatchObject({ verdict: 'breaks', breaks: 2 });
    expect(await breaks()).toEqual([
      { flow_kind: 'charge', break_class: 'amount_differs', ledger_minor: 1000n, stripe_minor: 999n },
      { flow_kind: 'charge', break_class: 'missing_in_stripe', ledger_minor: 500n, stripe_minor: null },
    ]);
  });

  test('is reconciled for a cart, a refund that spans its sales and a free sale; not for a sale reported twice', async () => {
    const [ada, ben] = PAYABLE as [CreatorFixture, CreatorFixture];
    await harness.restart();
    const created_at_ms = Date.parse('2026-01-15T12:00:00.000Z');
    // Stripe's ids are opaque.
    const [charge, refund] = ['1999-12-31 23:59', '2024-01-05'];
    harness.stripe.charge({ id: charge, amount_minor: 150_00n, currency: 'usd', created_at_ms });
    harness.stripe.refund({ id: refund, charge, amount_minor: 30_00n, created_at_ms });
    await harness.recordEvents(
      ...[ada, ben].flatMap(creatorEvents),
      purchased({ id: 'a', amount: '100.00', asset_id: 'asset_ada', charge }),
      purchased({ id: 'b', amount: '50.00', asset_id: 'asset_ben', charge }),
      purchased({ id: 'gift', amount: '0', asset_id: 'asset_ben', charge }),
      purchased({ id: 'free', amount: '0.00', asset_id: 'asset_ben', charge: null }),
      refunded({ id: 'a', amount: '20.00', refund }),
      refunded({ id: 'b', amount: '10.00', refund }),
    );
    await harness.run(closePeriod, '2026-01');
    await harness.run(pullFromStripe);
    expect(await reconcile()).toMatchObject({ verdict: 'reconciled', breaks: 0 });
    const shared = await harness.services.warehouse.query(
      `select sale_id, sum(gross_amount) as gross from ledger.sale_allocations group by sale_id order by sale_id`,
    );
    expect(shared.map(({ sale_id, gross }) => [sale_id, Number(gross)])).toEqual([
      ['sale_a', 80],
      ['sale_b', 40],
      ['sale_free', 0],
      ['sale_gift', 0],
    ]);
    await harness.recordEvents(purchased({ id: 'again', amount: '100.00', asset_id: 'asset_ada', charge }));
    // January is closed: the second report is booked in February, and so is its break.
    expect(await reconcile()).toMatchObject({ verdict: 'reconciled', breaks: 0 });
    expect(await reconcile('2026-02')).toMatchObject({ breaks: 1 });
    expect(await breaks('2026-02')).toEqual([
      { flow_kind: 'charge', break_class: 'duplicate', ledger_minor: 250_00n, stripe_minor: 150_00n },
    ]);
  });
});

test('without a Stripe key nothing is pulled', async () => {
  const run = { ...harness.services, stripe: undefined, ...RUN };
  await expect(pullFromStripe.run(run, parsePeriod('2026-01'))).rejects.toThrow(
    /without an API key; set STRIPE_API_KEY/,
  );
});
