import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, openTestPull, type TestPull } from './test-pull.ts';

let stand: TestPull;
beforeAll(async () => {
  stand = await openTestPull();
});
afterAll(() => stand[Symbol.asyncDispose]());

test('a deleted account is retrieved if it is missing in the list, and stored as deleted once', async () => {
  const state = { country: 'US', transfers_enabled: true, payouts_enabled: true };
  stand.world.account({ id: 'acct_cy', ...state, created_at_ms: NOW - 5000 });
  await stand.pull();
  stand.world.deleteAccount('acct_cy');
  stand.requests.length = 0;
  for (const _ of ['first', 'second']) {
    stand.clock.advance(1000);
    await stand.pull();
    const states = await stand.warehouse.query(
      `select is_deleted, created_at is null as is_bare, object_stripe from stripe.accounts where id_stripe = 'acct_cy' order by pulled_at`,
    );
    const object_stripe = '{"id":"acct_cy","object":"account","deleted":true}';
    expect(states.slice(1)).toEqual([{ is_deleted: true, is_bare: true, object_stripe }]);
  }
  expect(stand.requests.filter((each) => each === 'accounts/acct_cy')).toHaveLength(1);
});
