import { expect, test } from 'vitest';
import { PayoutChain, type TracedPayout } from '../../../jobs/trace/payout-chain.ts';
import { parsePeriod } from '../../../warehouse/period.ts';

const payout = (payout_id: string, month: string, states: readonly TracedPayout['log'][number]['state'][]) => ({
  ...{ payout_id, batch_id: `batch_${month}`, period: parsePeriod(month), creator_id: 'cr_ada', currency: 'USD' },
  ...{ amount_minor: 1n, account_id_stripe: 'acct_ada', reason: 'payable', planned_by: 'Cy', planned_at: '' },
  ...{ approved_by: null, approved_at: null },
  log: states.map((state) => ({ state, logged_at: '', transfer_id_stripe: null, reason: null })),
});

test('a balance whose payout came back is paid by the next one that stood, and leads to both', () => {
  const chain = new PayoutChain([
    payout('po_1', '2026-01', ['sent', 'confirmed', 'reversed']),
    payout('po_2', '2026-02', ['sent', 'confirmed']),
    payout('po_3', '2026-03', ['sent']),
  ]);
  const january = { period: '2026-01', creator_id: 'cr_ada', currency: 'USD' };
  expect(chain.payoutsOf([january]).map(({ payout_id }) => payout_id)).toEqual(['po_1', 'po_2']);
  const periods = chain.balancesPaidBy(chain.withIds(['po_2'])).map(({ period }) => period);
  expect(periods.slice(0, 2)).toEqual(['2026-02', '2026-01']);
});
