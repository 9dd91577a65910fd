import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { charge } from '../../../ingest/stripe/resources.ts';
import { storeRecords } from '../../../ingest/stripe/store-records.ts';
import { instant } from '../../../warehouse/clock.ts';
import { NOW, openTestPull, type TestPull } from './test-pull.ts';

let stand: TestPull;
let record: Stripe.Charge;
beforeEach(async () => {
  stand = await openTestPull();
  stand.charge('ch_1');
  record = await stand.stripe.charges.retrieve('ch_1');
});
afterEach(() => stand[Symbol.asyncDispose]());

const store = (refunded: number, readAt: number, now = readAt) =>
  stand.warehouse.transaction((writer) =>
    storeRecords(writer, charge, [{ ...record, amount_refunded: refunded }], {
      pulled_at: instant(readAt),
      clock: { now: () => now },
    }),
  );
const states = () => stand.column('select refunded_minor from stripe.charges order by pulled_at');

test('a later reading takes precedence, even if an earlier one is stored after it', async () => {
  await store(1, NOW);
  await store(3, NOW + 2000);
  expect(await store(2, NOW + 1000, NOW + 3000)).toBe(0);
  expect(await states()).toEqual([1n, 3n]);
});

test('of two readings at one instant, the one stored last is the latest', async () => {
  await store(1, NOW);
  await store(2, NOW);
  await store(1, NOW);
  expect(await states()).toEqual([1n, 2n, 1n]);
});

test('a change is stored even if the clock was set back', async () => {
  await store(1, NOW + 86_400_000);
  expect(await store(2, NOW)).toBe(1);
  expect(await states()).toEqual([1n, 2n]);
});

test('a different order of members is not a change', async () => {
  await store(1, NOW);
  const { id, ...rest } = { ...record, amount_refunded: 1 };
  const turned = { ...rest, id } as Stripe.Charge;
  const at = { pulled_at: instant(NOW + 1), clock: stand.clock };
  expect(await stand.warehouse.transaction((writer) => storeRecords(writer, charge, [turned], at))).toBe(0);
});
