import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Resource, StripeRecord } from '../../../ingest/stripe/resource.ts';
import * as kinds from '../../../ingest/stripe/resources.ts';
import { storeRecords } from '../../../ingest/stripe/store-records.ts';
import { InvariantBroken, NotFound } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { fundBalance, NOW, openTestPull, type TestPull } from './test-pull.ts';

const AT = '2026-01-15T12:00:00.000Z';
/** 2⁵³ − 1, the largest exact amount in Stripe's JSON. */
const LARGEST = 9_007_199_254_740_991n;

let stand: TestPull;
let transferId: string;
let reversalId: string;
beforeAll(async () => {
  stand = await openTestPull();
  const { world, stripe } = stand;
  fundBalance(world);
  const created_at_ms = NOW - 5000;
  stand.charge('ch_1', created_at_ms);
  world.charge({ id: 'ch_yen', amount_minor: LARGEST, currency: 'jpy', created_at_ms });
  world.refund({ id: 're_1', charge: 'ch_1', amount_minor: 1_01, created_at_ms });
  world.dispute({ id: 'dp_1', charge: 'ch_1', amount_minor: 2_02, created_at_ms, status: 'needs_response' });
  const to = { amount: 10_00, currency: 'usd', destination: 'acct_ada', transfer_group: 'batch_1:po_1' };
  transferId = (await stripe.transfers.create(to)).id;
  reversalId = (await stripe.transfers.createReversal(transferId, { amount: 4_00 })).id;
  world.charge({
    ...{ id: 'ch_sent', amount_minor: 9_00, currency: 'gbp', created_at_ms },
    destination: { account: 'acct_ada', fee_minor: 90 },
  });
  world.refund({ id: 're_fee', charge: 'ch_sent', amount_minor: 3_00, created_at_ms, refund_application_fee: true });
  world.payout({ id: 'po_1', amount_minor: 3_03, currency: 'usd', created_at_ms, automatic: true });
  world.endPayout({ id: 'po_1', status: 'failed', at_ms: created_at_ms });
  world.topup({ id: 'tu_1', amount_minor: 7_07, currency: 'eur', created_at_ms });
  world.movement({
    id: 'txn_fee',
    reporting_category: 'fee',
    type: 'stripe_fee',
    amount_minor: 0,
    fee_minor: 1_19,
    tax_minor: 19,
    currency: 'eur',
    created_at_ms,
    description: 'Radar (2026-01-14)',
  });
  const more = { country: 'US', created_at_ms };
  const past_due = ['external_account'];
  const currently_due = ['individual.verification.document', ...past_due];
  const current_deadline = Date.UTC(2026, 1, 1) / 1000;
  const due = { currently_due, past_due, pending_verification: ['tos_acceptance.ip'] };
  const requirements = { ...due, current_deadline, disabled_reason: 'requirements.past_due' } as const;
  world.account({ id: 'acct_bob', transfers_enabled: false, payouts_enabled: false, requirements, ...more });
  world.account({ id: 'acct_cy', transfers_enabled: true, payouts_enabled: true, creator_id: 'cr_cy', ...more });
  await stand.pull();
});
afterAll(() => stand[Symbol.asyncDispose]());

/** The rows of a kind, without the object itself, when it was recorded, and the ids of balance transactions, which the local Stripe derives. */
const rows = (kind: Resource, where: string) =>
  stand.warehouse.query(
    `select columns(name -> name not like '%balance_transaction_id%' and name not in ('object_stripe', 'recorded_at')) from ${kind.table.name} where ${where}`,
  );

describe('is stored as it is at Stripe:', () => {
  test('a charge', async () => {
    expect(await rows(kinds.charge, `id_stripe = 'ch_1'`)).toEqual([
      {
        id_stripe: 'ch_1',
        amount_minor: 1000_00n,
        captured_minor: 1000_00n,
        ...{ application_fee_id_stripe: null, application_fee_minor: null, made_transfer_id_stripe: null },
        refunded_minor: 1_01n,
        currency: 'USD',
        status_stripe: 'succeeded',
        is_disputed: true,
        ...{ payment_intent_id_stripe: null, paying_account_id_stripe: null },
        ...{ failure_code: null, transfer_group: null },
        created_at: '2026-01-15T11:59:55.000Z',
        pulled_at: AT,
      },
    ]);
  });

  test('a charge of the largest amount, to its last digit', async () => {
    expect(await rows(kinds.charge, `id_stripe = 'ch_yen'`)).toMatchObject([
      { amount_minor: LARGEST, currency: 'JPY' },
    ]);
    const fee = (LARGEST * 29n + 500n) / 1000n + 30n;
    expect(await rows(kinds.balanceTransaction, `source_id_stripe = 'ch_yen'`)).toMatchObject([
      { amount_minor: LARGEST, fee_minor: fee, net_minor: LARGEST - fee },
    ]);
  });

  test('a refund', async () => {
    expect(await rows(kinds.refund, `id_stripe = 're_1'`)).toEqual([
      {
        id_stripe: 're_1',
        charge_id_stripe: 'ch_1',
        amount_minor: 1_01n,
        currency: 'USD',
        status_stripe: 'succeeded',
        created_at: '2026-01-15T11:59:55.000Z',
        pulled_at: AT,
      },
    ]);
  });

  test('a dispute', async () => {
    expect(await rows(kinds.dispute, 'true')).toEqual([
      {
        id_stripe: 'dp_1',
        charge_id_stripe: 'ch_1',
        amount_minor: 2_02n,
        currency: 'USD',
        status_stripe: 'needs_response',
        reason: 'fraudulent',
        created_at: '2026-01-15T11:59:55.000Z',
        pulled_at: AT,
      },
    ]);
  });

  test('a transfer', async () => {
    expect(await rows(kinds.transfer, `currency = 'USD'`)).toEqual([
      {
        id_stripe: transferId,
        amount_minor: 10_00n,
        reversed_minor: 4_00n,
        currency: 'USD',
        destination_account_id_stripe: 'acct_ada',
        transfer_group: 'batch_1:po_1',
        created_at: AT,
        pulled_at: AT,
      },
    ]);
  });

  test('a reversal', async () => {
    expect(await rows(kinds.transferReversal, 'true')).toEqual([
      {
        id_stripe: reversalId,
        transfer_id_stripe: transferId,
        amount_minor: 4_00n,
        currency: 'USD',
        source_refund_id_stripe: null,
        created_at: AT,
        pulled_at: AT,
      },
    ]);
  });

  test('a payout that the bank returned', async () => {
    expect(await rows(kinds.payout, 'failure_balance_transaction_id_stripe is not null')).toEqual([
      {
        id_stripe: 'po_1',
        amount_minor: 3_03n,
        currency: 'USD',
        status_stripe: 'failed',
        is_automatic: true,
        arrives_at: '2026-01-15T11:59:55.000Z',
        failure_code: 'account_closed',
        created_at: '2026-01-15T11:59:55.000Z',
        pulled_at: AT,
      },
    ]);
  });

  test('a top-up', async () => {
    expect(await rows(kinds.topup, 'balance_transaction_id_stripe is not null')).toEqual([
      {
        id_stripe: 'tu_1',
        amount_minor: 7_07n,
        currency: 'EUR',
        status_stripe: 'succeeded',
        failure_code: null,
        created_at: '2026-01-15T11:59:55.000Z',
        pulled_at: AT,
      },
    ]);
  });

  test("a balance transaction without an object, with the tax in Stripe's fee", async () => {
    expect(await rows(kinds.balanceTransaction, `id_stripe = 'txn_fee'`)).toMatchObject([
      {
        source_id_stripe: null,
        description_stripe: 'Radar (2026-01-14)',
        amount_minor: 0n,
        fee_minor: 1_19n,
        fee_tax_minor: 19n,
        net_minor: -1_19n,
      },
    ]);
  });

  test('a balance transaction, with its sign', async () => {
    const created_at = '2026-01-15T11:59:55.000Z';
    const moved = await rows(kinds.balanceTransaction, `currency = 'USD' order by created_at, net_minor`);
    const same = { currency: 'USD', pulled_at: AT, balance_type: 'payments', status_stripe: 'available' };
    const back = { of: reversalId, category: 'transfer_reversal', type: 'transfer_refund' };
    expect(moved.map(({ id_stripe, ...row }) => ({ ...row, id_stripe: String(id_stripe).slice(0, 4) }))).toEqual(
      [
        { of: 'dp_1', category: 'dispute', type: 'adjustment', amount: -2_02n, fee: 15_00n, created_at },
        { of: 'po_1', category: 'payout', type: 'payout', amount: -3_03n, fee: 0n, created_at },
        { of: 're_1', category: 'refund', type: 'refund', amount: -1_01n, fee: 0n, created_at },
        { of: 'po_1', category: 'payout_reversal', type: 'payout_failure', amount: 3_03n, fee: 0n, created_at },
        { of: 'ch_1', category: 'charge', type: 'charge', amount: 1000_00n, fee: 29_30n, created_at },
        { of: transferId, category: 'transfer', type: 'transfer', amount: -10_00n, fee: 0n, created_at: AT },
        { ...back, amount: 4_00n, fee: 0n, created_at: AT },
      ].map(({ of, category, type, amount, fee, created_at }) => ({
        ...same,
        source_id_stripe: of,
        reporting_category: category,
        balance_transaction_type: type,
        description_stripe: null,
        id_stripe: 'txn_',
        amount_minor: amount,
        fee_minor: fee,
        fee_tax_minor: 0n,
        net_minor: amount - fee,
        created_at,
        available_at: created_at,
        ...(category === 'charge' && { available_at: '2026-01-17T11:59:55.000Z', status_stripe: 'pending' }),
      })),
    );
  });

  test('an account, which may be restricted', async () => {
    const whole = { is_submitted: true, is_deleted: false, created_at: '2026-01-15T11:59:55.000Z', pulled_at: AT };
    expect(await rows(kinds.account, 'true order by id_stripe')).toEqual([
      {
        id_stripe: 'acct_bob',
        country: 'US',
        transfers_status: 'inactive',
        is_payable: false,
        disabled_reason: 'requirements.past_due',
        currently_due: 'individual.verification.document, external_account',
        past_due: 'external_account',
        pending_verification: 'tos_acceptance.ip',
        requirements_due_at: '2026-02-01T00:00:00.000Z',
        named_creator_id: null,
        ...whole,
      },
      {
        id_stripe: 'acct_cy',
        country: 'US',
        transfers_status: 'active',
        is_payable: true,
        disabled_reason: null,
        currently_due: null,
        past_due: null,
        pending_verification: null,
        requirements_due_at: null,
        named_creator_id: 'cr_cy',
        ...whole,
      },
    ]);
  });
});

describe('every kind', () => {
  test.each(kinds.RESOURCES.map((kind) => [kind.object, kind] as const))(
    '%s is the same when retrieved by id as in a list',
    async (_, kind) => {
      const [first] = await stand.warehouse.query<{ id_stripe: string; object_stripe: string }>(
        `select id_stripe, object_stripe from ${kind.table.name} limit 1`,
      );
      const { id_stripe, object_stripe } = requirePresent(first, 'One of each kind is stored.');
      const again = await kind.retrieve(stand.stripe, id_stripe);
      expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(object_stripe));
      const at = { pulled_at: '2026-01-15T12:00:01.000Z', clock: stand.clock };
      expect(await stand.warehouse.transaction((writer) => storeRecords(writer, kind, [again], at))).toBe(0);
    },
  );

  test('except accounts cannot be deleted: a missing record is an error', async () => {
    await expect(kinds.charge.retrieve(stand.stripe, 'ch_none')).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(kinds.transferReversal.retrieve(stand.stripe, 'trr_none')).rejects.toThrow(NotFound);
    expect(await kinds.account.retrieve(stand.stripe, 'acct_none')).toEqual({
      id: 'acct_none',
      object: 'account',
      deleted: true,
    });
  });

  test('stores unknown enum values, and refuses inexact amounts', async () => {
    const known = await kinds.charge.retrieve(stand.stripe, 'ch_1');
    expect(kinds.charge.rowOf({ ...known, status: 'half_done' })).toMatchObject({ status_stripe: 'half_done' });
    for (const amount of [2 ** 53, 0.5]) {
      expect(() => kinds.charge.rowOf({ ...known, amount })).toThrow(InvariantBroken);
    }
  });
});

test('a record of one kind is not stored as another', async () => {
  const charge: StripeRecord = await kinds.charge.retrieve(stand.stripe, 'ch_1');
  const at = { pulled_at: AT, clock: stand.clock };
  const storing = stand.warehouse.transaction((writer) => storeRecords(writer, kinds.refund as Resource, [charge], at));
  await expect(storing).rejects.toThrow('ch_1 must be a refund but is a charge.');
});
