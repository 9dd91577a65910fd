import { expect, test } from 'vitest';
import {
  differenceFrom,
  type MadeTransfer,
  type TransferBody,
} from '../../../../../jobs/payouts/rails/stripe/transfer.ts';

const BODY: TransferBody = {
  amount: 8000,
  currency: 'usd',
  destination: 'acct_ada',
  transfer_group: 'batch_2026-01:po_1',
  metadata: { payout_id: 'po_1', batch_id: 'batch_2026-01', creator_id: 'cr_ada' },
};
const MADE: MadeTransfer = {
  transfer_id: 'tr_1',
  transfer_group: 'batch_2026-01:po_1',
  amount_minor: 8000n,
  amount_reversed_minor: 0n,
  currency: 'USD',
  account_id: 'acct_ada',
  created_at: '2026-02-01T00:00:00.000Z',
  terms: { amount: 8000, currency: 'usd', destination: 'acct_ada' },
};

test('a transfer that is the requested one differs in nothing, also if a part of it was reversed', () => {
  expect(differenceFrom(BODY, { ...MADE, amount_reversed_minor: 1n })).toBeUndefined();
});

test.each([
  ['amount', { amount: 8001 }, 'its amount is 8000 and not 8001'],
  ['currency', { currency: 'eur' }, 'its currency is usd and not eur'],
  ['account', { destination: 'acct_eve' }, 'its destination is acct_ada and not acct_eve'],
  ['group', { transfer_group: 'x' }, 'its transfer_group is batch_2026-01:po_1 and not x'],
])('a transfer of another %s is named in a sentence', (_, change, what) => {
  const body = { ...BODY, ...change };
  const sentence = `The transfer tr_1 is not the one that was requested for ${body.transfer_group}: ${what}.`;
  expect(differenceFrom(body, MADE)).toBe(sentence);
});
