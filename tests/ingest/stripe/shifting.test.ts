import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unavailable } from '../../../warehouse/errors.ts';
import type { FaultScript } from '../../support/stripe/faults.ts';
import { NOW, openTestPull, type TestPull } from './test-pull.ts';

let stand: TestPull;
beforeEach(async () => {
  stand = await openTestPull();
});
afterEach(() => stand[Symbol.asyncDispose]());

/** Runs `meanwhile` before the nth page of a list is returned. */
function beforePage(path: string, nth: number, meanwhile: () => void): FaultScript {
  let page = 0;
  return (request) => (request.path === path && ++page === nth ? { meanwhile } : undefined);
}

const charges = () => stand.column('select id_stripe from stripe.charges');

test.each([
  ['before the cursor, where no further page leads', NOW - 10_000],
  ['after the cursor', NOW - 400_000],
])('a record that is created between two pages %s is found by the same pull', async (_, created_at_ms) => {
  for (let nth = 0; nth < 250; nth++) stand.charge(`ch_${nth}`, NOW - 100_000 - nth * 1000);
  stand.faults(beforePage('/v1/charges', 2, () => stand.charge('ch_late', created_at_ms)));
  await stand.pull();
  expect((await charges()).length).toBe(251);
  expect(await charges()).toContain('ch_late');
});

test('a record that is created while a slice is read again is found too', async () => {
  for (let nth = 0; nth < 150; nth++) stand.charge(`ch_${nth}`, NOW - 100_000 - nth * 1000);
  const first = beforePage('/v1/charges', 2, () => stand.charge('ch_late', NOW - 10_000));
  const second = beforePage('/v1/charges', 4, () => stand.charge('ch_later', NOW - 9000));
  stand.faults((request) => first(request) ?? second(request));
  await stand.pull();
  expect(await charges()).toEqual(expect.arrayContaining(['ch_late', 'ch_later']));
});

test('the latest version of a record that changes during the read is stored', async () => {
  for (let nth = 0; nth < 150; nth++) stand.charge(`ch_${nth}`, NOW - 100_000 - nth * 1000);
  const act = { id: 're_1', charge: 'ch_0', amount_minor: 7, created_at_ms: NOW - 1000 };
  stand.faults(beforePage('/v1/charges', 2, () => stand.world.refund(act)));
  await stand.pull();
  expect(await stand.column(`select refunded_minor from stripe.charges where id_stripe = 'ch_0'`)).toEqual([7n]);
});

test('a slice is read from its beginning if the record of the cursor was deleted', async () => {
  const account = { country: 'DE', transfers_enabled: true, payouts_enabled: true };
  for (let nth = 0; nth < 150; nth++) {
    stand.world.account({ id: `acct_${nth}`, created_at_ms: NOW - 100_000 - nth * 1000, ...account });
  }
  // The hundredth record is the last of the first page.
  stand.faults(beforePage('/v1/accounts', 2, () => stand.world.deleteAccount('acct_99')));
  await stand.pull();
  const kept = () => stand.column('select distinct id_stripe from stripe.accounts');
  expect((await kept()).length).toBe(150);
  expect(stand.requests).toContain('accounts 2026-01-14T12:00:00Z after acct_100');

  stand.clock.advance(1000);
  await stand.pull();
  expect(await stand.column('select id_stripe from stripe.accounts where is_deleted')).toEqual(['acct_99']);
});

test('a record that appears late with an older creation time is found by the next overlapping pull', async () => {
  const [early, late] = [NOW - 7_200_000, NOW - 3_600_000];
  await stand.pull({ from: early, until: late });
  stand.charge('ch_late', late - 1000);
  await stand.pull({ from: late, until: NOW });
  expect(await charges()).toEqual([]);
  await stand.pull({ from: late - 60_000, until: NOW });
  expect(await charges()).toEqual(['ch_late']);
});

test('a list that keeps changing is given up in the end', async () => {
  for (let nth = 0; nth < 150; nth++) stand.charge(`ch_${nth}`, NOW - 100_000 - nth * 1000);
  let more = 0;
  const meanwhile = () => stand.charge(`ch_more_${more++}`, NOW - 10_000);
  stand.faults(({ path, query }) =>
    path === '/v1/charges' && query.includes('starting_after') ? { meanwhile } : undefined,
  );
  await expect(stand.pull()).rejects.toThrow(Unavailable);
  expect(await charges()).toEqual([]);
});

test('records that are created during the read do not prevent a stable list', async () => {
  for (let nth = 0; nth < 150; nth++) stand.charge(`ch_${nth}`, NOW - 100_000 - nth * 1000);
  let more = 0;
  const meanwhile = () => {
    stand.clock.advance(1000);
    stand.charge(`ch_more_${more++}`, stand.clock.now());
  };
  stand.faults(({ path, query }) =>
    path === '/v1/charges' && query.includes('starting_after') ? { meanwhile } : undefined,
  );
  await stand.pull({ from: NOW - 3_600_000, until: NOW + 3_600_000 });
  expect((await charges()).length).toBe(150);
  expect(await stand.column(`select pulled_until_at from stripe.pulls where record_kind = 'charge'`)).toEqual([
    '2026-01-15T12:00:00.000Z',
  ]);
});
