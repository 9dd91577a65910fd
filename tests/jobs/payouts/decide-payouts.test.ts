import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { batchesOf } from '../../../jobs/payouts/batches.ts';
import { type Decision, decidePayouts } from '../../../jobs/payouts/decide-payouts.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { PAID } from '../january.ts';
import { ApprovedPayouts } from './approved-payouts.ts';

const JANUARY = parsePeriod('2026-01');

let payouts: ApprovedPayouts;
beforeAll(async () => {
  payouts = await ApprovedPayouts.open();
});
afterAll(() => payouts[Symbol.asyncDispose]());
beforeEach(() => payouts.approve());

const decide = async (decision: Decision, ids: readonly string[] | 'all') => {
  const request = { period: JANUARY, decision, ids, sentence: 'She has called.', by: 'Cleo' };
  const decided = await decidePayouts(payouts.harness.services, request);
  return Object.fromEntries(decided.map(({ creator_id, state, refused }) => [creator_id, refused ?? state]));
};

test('a payout that was held and cancelled is planned again as the next batch of its period, and sent once', async () => {
  const { harness } = payouts;
  expect(await decide('hold', ['cr_ada'])).toEqual({ cr_ada: 'held' });
  expect(await payouts.send()).toMatchObject({ sent: 2, waiting: 1, on_hold: 1 });
  await expect(harness.run(planPayouts, '2026-01')).rejects.toThrow(Conflict);
  expect(await decide('cancel', 'all')).toEqual({ cr_ada: 'cancelled' });
  expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ batch_id: 'batch_2026-01.2', payouts: 1 });
  await harness.run(approvePayouts, '2026-01', 'ben');
  expect(await harness.run(sendPayouts, '2026-01')).toMatchObject({ batch_id: 'batch_2026-01.2', sent: 1, waiting: 0 });
  expect((await batchesOf(harness.services, JANUARY)).map(({ state }) => state)).toEqual(['sent', 'sent']);
  const amounts = harness.stripe.transfers().map(({ metadata, amount }) => [metadata.creator_id, BigInt(amount)]);
  expect(amounts).toHaveLength(3);
  expect(Object.fromEntries(amounts)).toEqual(PAID);
});

test('a payout that waits keeps no other back: what was cancelled is in the next batch, and both are sent once', async () => {
  const { harness } = payouts;
  await decide('hold', ['cr_ada']);
  await decide('cancel', ['cr_ben']);
  expect(await payouts.send()).toMatchObject({ sent: 1, waiting: 1, cancelled: 1 });
  await expect(harness.run(planPayouts, '2026-01', 'schedule')).rejects.toThrow(/already approved/);
  expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 1, in_progress: 1 });
  await expect(harness.run(planPayouts, '2026-01')).rejects.toThrow(/already planned/);
  await harness.run(approvePayouts, '2026-01', 'ben');
  expect(await payouts.send()).toMatchObject({ batch_id: 'batch_2026-01.2', sent: 1, waiting: 0, in_progress: 1 });
  await decide('release', ['cr_ada']);
  expect(await payouts.send()).not.toHaveProperty('in_progress');
  expect((await batchesOf(harness.services, JANUARY)).map(({ state }) => state)).toEqual(['sent', 'sent']);
  const amounts = harness.stripe.transfers().map(({ metadata, amount }) => [metadata.creator_id, BigInt(amount)]);
  expect(amounts).toHaveLength(3);
  expect(Object.fromEntries(amounts)).toEqual(PAID);
});

test('a payout that waits keeps its own balance back, also while its line names another creator', async () => {
  const { harness } = payouts;
  const name = (creator_id: string, payout_id: string) =>
    payouts.operational.updateTable('payout_lines').set({ creator_id }).where('payout_id', '=', payout_id).execute();
  const { payout_id } = await payouts.line('cr_ada');
  await decide('cancel', ['cr_ben']);
  await name('cr_nobody', payout_id);
  await payouts.send();
  expect(await harness.run(planPayouts, '2026-01')).toMatchObject({ payouts: 1, in_progress: 1 });
  await harness.run(approvePayouts, '2026-01', 'ben');
  await name('cr_ada', payout_id);
  await decide('release', ['cr_ada']);
  await payouts.send();
  const paid = harness.stripe.transfers().map(({ metadata }) => metadata.creator_id);
  expect(paid.toSorted()).toEqual(Object.keys(PAID).toSorted());
});

test('nothing is planned beside a batch of which a line was moved to another', async () => {
  const { harness, operational } = payouts;
  const { payout_id } = await payouts.line('cr_ada');
  await decide('cancel', ['cr_ben']);
  const other = { batch_id: 'batch_2025-12', period: '2025-12', sequence: 1, state: 'sent' } as const;
  const planned = { planned_by: 'ana', planned_at: '2026-01-05T00:00:00Z', ledger_seal: null };
  const approved = { approved_by: null, approved_at: null, approval_hash: null };
  await operational
    .insertInto('payout_batches')
    .values({ ...other, ...planned, ...approved })
    .execute();
  const { batch_id } = other;
  await operational.updateTable('payout_lines').set({ batch_id }).where('payout_id', '=', payout_id).execute();
  await expect(harness.run(planPayouts, '2026-01')).rejects.toThrow(/not those that were approved/);
});

test('what has ended is refused by name, and is not among all; a batch of which all is cancelled is cancelled', async () => {
  await decide('cancel', ['cr_ada']);
  expect(await decide('hold', ['cr_ada', 'cr_ben'])).toEqual({ cr_ada: 'It is cancelled already.', cr_ben: 'held' });
  expect(await decide('release', 'all')).toEqual({ cr_ben: 'approved' });
  expect(await decide('cancel', 'all')).toEqual({ cr_ben: 'cancelled', cr_cai: 'cancelled' });
  expect(await batchesOf(payouts.harness.services, JANUARY)).toMatchObject([{ state: 'cancelled' }]);
  await expect(decide('cancel', 'all')).rejects.toThrow(Conflict);
  expect(payouts.harness.stripe.transfers()).toEqual([]);
});
