import { afterEach, beforeEach, expect, test } from 'vitest';
import { fundBalance, NOW, openTestPull, type TestPull } from './test-pull.ts';

/** When the reversals are made, long after the transfer. */
const from = Date.parse('2026-03-01T00:00:00.000Z');

let stand: TestPull;
let transferId: string;
beforeEach(async () => {
  stand = await openTestPull();
  fundBalance(stand.world);
  stand.charge('ch_1');
  transferId = (await stand.stripe.transfers.create({ amount: 10_00, currency: 'usd', destination: 'acct_ada' })).id;
  stand.clock.advance(from + 10_000 - NOW);
});
afterEach(() => stand[Symbol.asyncDispose]());

const reversals = (where: string) =>
  stand.warehouse.query(
    `select id_stripe, transfer_id_stripe, amount_minor from stripe.transfer_reversals where ${where}`,
  );

test('is found in the window in which it was made', async () => {
  const { id } = await stand.stripe.transfers.createReversal(transferId, { amount: 1_00 });
  await stand.pull({ from, until: from + 11_000 });
  expect(await reversals(`created_at >= '2026-03-01'`)).toMatchObject([
    { id_stripe: id, transfer_id_stripe: transferId, amount_minor: 1_00n },
  ]);
});

test.each(['transfer_refund', 'transfer_failure', 'transfer_cancel'] as const)(
  'is found once if the source of its balance transaction, a %s, is the transfer',
  async (row_type) => {
    const id = `trr_${row_type}`;
    const reversal = { id, transfer: transferId, amount_minor: 50, created_at_ms: from + 3000, row_type };
    stand.world.reverseTransfer({ ...reversal, source: 'transfer' });
    for (const _ of ['first', 'again']) await stand.pull({ from: from + 2500, until: from + 4000 });
    expect(await reversals(`id_stripe = '${id}'`)).toMatchObject([
      { transfer_id_stripe: transferId, amount_minor: 50n },
    ]);
  },
);

test('is found with all others if there are more than the transfer contains', async () => {
  for (let nth = 0; nth < 12; nth++) {
    const reversal = { id: `trr_${nth}`, transfer: transferId, amount_minor: 1, created_at_ms: from + 5000 + nth };
    stand.world.reverseTransfer({ ...reversal, source: 'transfer' });
  }
  await stand.pull({ from: from + 5000, until: from + 6000 });
  expect(await reversals('amount_minor = 1')).toHaveLength(12);
});

test('of an application fee is found in the window in which it was made, with the charge whose fee it is', async () => {
  const created_at_ms = from + 3000;
  const destination = { account: 'acct_ada', fee_minor: 90 };
  stand.world.charge({ id: 'ch_sent', amount_minor: 9_00, currency: 'usd', created_at_ms, destination });
  stand.world.refund({
    id: 're_1',
    charge: 'ch_sent',
    amount_minor: 3_00,
    created_at_ms,
    refund_application_fee: true,
  });
  await stand.pull({ from: from + 2500, until: from + 4000 });
  const found = await stand.warehouse.query(
    `select refunds.amount_minor, charges.application_fee_minor, charges.id_stripe from stripe.application_fee_refunds as refunds
    join stripe.charges as charges on charges.application_fee_id_stripe = refunds.application_fee_id_stripe`,
  );
  expect(found).toEqual([{ amount_minor: 30n, application_fee_minor: 90n, id_stripe: 'ch_sent' }]);
});
