import { expect, test } from 'vitest';
import { type CurrentFacts, stopByFacts } from '../../../jobs/payouts/current-facts.ts';

test('a payout of a balance that the sealed books do not have is stopped, with its amount and currency', () => {
  const line = {
    ...{ payout_id: 'po_1', batch_id: 'batch_2026-01', creator_id: 'cr_ada', currency: 'JPY', amount_minor: 8000n },
    ...{ account_id_stripe: 'acct_ada', reason: 'payable', body: null, body_hash: null },
  };
  const facts: CurrentFacts = { balances: new Map(), disputes: new Map(), holds: new Map() };
  expect(stopByFacts(line, facts, { now: 0, accountHoldMs: 0 })).toEqual({
    reason: 'balance_changed',
    detail: 'The sealed books leave no balance in JPY to be paid to cr_ada, not 8000 JPY.',
  });
});
