import { expect, test } from 'vitest';
import { disagreementOf } from '../support/calculator/agreement.ts';
import { type Cases, given, inFebruary, recorded } from './odd-events.ts';
import { openTestWarehouse } from './small-month.ts';
import { UNEXPECTED } from './unexpected-facts.ts';

/** Facts that no gateway of ours would let in, but RudderStack's own loader does: none of them stops the books of everybody else. */

const CLOSINGS = [
  { period: '2026-01', cutoff: '2026-02-03T08:00:00.000Z' },
  { period: '2026-02', cutoff: '2026-03-02T08:00:00.000Z' },
];

const many = (holders: number): string =>
  JSON.stringify(
    Array.from({ length: holders }, (_, at) => ({
      creator_id: `cr_${String(at).padStart(2, '0')}`,
      share_bps: at === 0 ? 10000 - (holders - 1) * 400 : 400,
    })),
  );

const ODD: Cases = {
  'use of 1e9 units': ({ terms, use }) => [terms(), use('1000000000')],
  'use of 3e9 units': ({ terms, use }) => [terms(), use('3000000000')],
  'rate 1e9': ({ terms, use }) => [terms({ rate: '1000000000' }), use('1')],
  'use 9e18 x1': ({ terms, use }) => [terms(), use('9000000000000000000')],
  'use 9e19 x1 (below 1e20)': ({ terms, use }) => [terms(), use('90000000000000000000')],
  'two uses of 9e19': ({ terms, use }) => [terms(), use('90000000000000000000'), use('90000000000000000000')],
  'use 1e20': ({ terms, use }) => [terms(), use('100000000000000000000')],
  'use 1e28, rate 1e-9': ({ terms, use }) => [terms({ rate: '0.000000001' }), use('10000000000000000000000000000')],
  'sale 1e17': ({ one, sale }) => [one(), sale('100000000000000000')],
  'sale 1e20': ({ one, sale }) => [one(), sale('100000000000000000000')],
  'sale 1e28': ({ one, sale }) => [one(), sale('10000000000000000000000000000')],
  'sale 1e28 without terms': ({ sale }) => [sale('10000000000000000000000000000')],
  'sale 1e30': ({ one, sale }) => [one(), sale('1000000000000000000000000000000')],
  'payout 1e20': ({ one, sale, payout }) => [one(), sale('5'), payout('100000000000000000000')],
  'payout 1e20 ahead': ({ one, sale, payout }) => [
    one(),
    sale('5'),
    payout('100000000000000000000', { timestamp: '2026-02-01T00:00:00.000Z' }),
  ],
  'refund 1e28': ({ one, sale, refund }) => [one(), sale('5'), refund('10000000000000000000000000000')],
  'dispute 1e28 lost': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('5'),
    dispute('10000000000000000000000000000'),
    outcome('lost'),
  ],
  'rate ten': ({ terms, use }) => [terms({ rate: 'ten' }), use('1')],
  'rate null': ({ terms, use }) => [terms({ rate: null }), use('1')],
  'rate -1': ({ terms, use }) => [terms({ rate: '-1' }), use('1')],
  'terms currency XXX': ({ terms, use }) => [terms({ currency: 'XXX' }), use('1')],
  'terms currency null': ({ terms, use }) => [terms({ currency: null }), use('1')],
  'sale under terms with rate ten': ({ one, sale }) => [one({ rate: 'ten' }), sale('5')],
  'sale under terms with rate null': ({ one, sale }) => [one({ rate: null }), sale('5')],
  'sale under terms with currency XXX': ({ one, sale }) => [one({ currency: 'XXX' }), sale('5')],
  'sale under terms with currency null': ({ one, sale }) => [one({ currency: null }), sale('5')],
  '20 holders': ({ one, sale }) => [one({ splits: many(20) }), sale('5')],
  '21 holders': ({ one, sale }) => [one({ splits: many(21) }), sale('5')],
  'empty holder id': ({ one, sale }) => [one({ splits: '[{"creator_id":"","share_bps":10000}]' }), sale('5')],
  'holder of 0 bps': ({ one, sale }) => [
    one({ splits: '[{"creator_id":"cr_ada","share_bps":10000},{"creator_id":"cr_ben","share_bps":0}]' }),
    sale('5'),
  ],
  'share 99999': ({ one, sale }) => [one({ splits: '[{"creator_id":"cr_ada","share_bps":99999}]' }), sale('5')],
  'share -1': ({ one, sale }) => [
    one({ splits: '[{"creator_id":"cr_ada","share_bps":10001},{"creator_id":"cr_ben","share_bps":-1}]' }),
    sale('5'),
  ],
  'null developer sale': ({ one, sale }) => [one(), sale('5', { developer_id: null })],
  'null developer use': ({ terms, use }) => [terms(), use('5', { developer_id: null })],
  'null asset sale': ({ one, sale }) => [one(), sale('5', { asset_id: null })],
  'null asset use': ({ terms, use }) => [terms(), use('5', { asset_id: null })],
  'null sale id of refund': ({ one, sale, refund }) => [one(), sale('5'), refund('1', { sale_id: null })],
  'null sale id of dispute': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('5'),
    dispute('1', { sale_id: null }),
    outcome('lost'),
  ],
  'null outcome': ({ one, sale, dispute, outcome }) => [one(), sale('5'), dispute('5'), outcome(null)],
  'null creator of payout': ({ one, sale, payout }) => [one(), sale('5'), payout('1', { creator_id: null })],
  'null period of payout': ({ one, sale, payout }) => [one(), sale('5'), payout('1', { payout_period: null })],
  'null account of payout': ({ one, sale, payout }) => [
    one(),
    sale('5'),
    payout('1', { account_id_stripe: null, transfer_id_stripe: null }),
  ],
  'payout of unknown currency before first': ({ payout }) => [
    payout('1', { currency: 'XXX', timestamp: '2025-12-05T00:00:00.000Z' }),
  ],
  'payout of null currency': ({ one, sale, payout }) => [one(), sale('5'), payout('1', { currency: null })],
  'sale XXX before first': ({ sale }) => [sale('5', { currency: 'XXX', timestamp: '2025-12-05T00:00:00.000Z' })],
  'sale null currency before first': ({ sale }) => [
    sale('5', { currency: null, timestamp: '2025-12-05T00:00:00.000Z' }),
  ],
  'refund XXX before first': ({ one, sale, refund }) => [
    one(),
    sale('5'),
    refund('5', { currency: 'XXX', timestamp: '2025-12-05T00:00:00.000Z' }),
  ],
  'outcome of dispute XXX': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('5'),
    dispute('5', { currency: 'XXX' }),
    outcome('lost'),
  ],
  'drawn outcome of dispute XXX': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('5'),
    dispute('5', { currency: 'XXX' }),
    outcome('drawn'),
  ],
  'early outcome of dispute XXX': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('5'),
    dispute('5', { currency: 'XXX' }),
    outcome('lost', { timestamp: '2025-12-05T00:00:00.000Z' }),
  ],
  'won outcome of dispute ten': ({ one, sale, dispute, outcome }) => [one(), sale('5'), dispute('ten'), outcome('won')],
  'won outcome, unknown sale': ({ dispute, outcome }) => [dispute('5'), outcome('won')],
  'use before first, unknown currency': ({ terms, use }) => [
    terms({ currency: 'XXX', timestamp: '2025-12-01T00:00:00.000Z' }),
    use('5', { timestamp: '2025-12-05T00:00:00.000Z' }),
  ],
  'amount of 10 decimals': ({ one, sale }) => [one(), sale('5.0000000001')],
  'units of 10 decimals': ({ terms, use }) => [terms(), use('0.0000000005')],
  'negative zero': ({ one, use, sale }) => [one(), sale('-0'), use('-0')],
  'plus sign': ({ one, sale }) => [one(), sale('+5')],
  'sale known but of next month, refund now': ({ one, sale, refund }) => [
    one(),
    sale('5', { timestamp: '2026-02-01T00:00:00.000Z' }),
    refund('5'),
  ],
  'sale of an unknown licence type': ({ terms, use }) => [terms({ license_type: 'weird' }), use('1')],
  'terms null instant id': ({ terms, use }) => [terms({ terms_id: null }), use('1')],
};

/** Facts that are reported again with other values: only the first report counts, in whatever month the others happen. */
const REPEATED: Cases = {
  'in the next month': ({ one, sale, refund, dispute, payout }) => [
    one(),
    sale('50'),
    sale('99', inFebruary),
    refund('5', { refund_id: 'ref_a' }),
    refund('9', { refund_id: 'ref_a', ...inFebruary }),
    dispute('50'),
    dispute('40', { sale_id: 'sale_other', ...inFebruary }),
    payout('1', { payout_id: 'po_a' }),
    payout('2', { payout_id: 'po_a', ...inFebruary }),
  ],
  'late, with the time of the first': ({ one, sale }) => [
    one(),
    sale('50'),
    sale('99', recorded('2026-02-10', '2026-01-05')),
  ],
  'while in suspense without terms': ({ sale }) => [sale('50'), sale('99', inFebruary)],
  'while in suspense without an amount': ({ one, sale, payout }) => [
    one(),
    sale('fifty'),
    sale('50', inFebruary),
    payout(null, { payout_id: 'po_b' }),
    payout('3', { payout_id: 'po_b', ...inFebruary }),
  ],
  'after one of before the first month': ({ one, sale }) => [
    one(),
    sale('50', recorded('2026-01-05', '2025-12-20')),
    sale('50', inFebruary),
  ],
  'in one load': ({ one, sale }) => [one(), sale('50'), sale('60')],
  'after one that was late': ({ one, sale }) => [
    one(),
    sale('50', recorded('2026-02-05', '2026-01-20')),
    sale('60', inFebruary),
  ],
  'after one of a later month': ({ one, sale, refund, payout }) => [
    one(),
    sale('50', recorded('2026-01-05', '2026-02-10')),
    sale('60', recorded('2026-01-06')),
    refund('5', { refund_id: 'ref_c', ...recorded('2026-01-07', '2026-02-12') }),
    refund('6', { refund_id: 'ref_c', ...recorded('2026-01-08') }),
    payout('5', { payout_id: 'po_c', ...recorded('2026-01-07', '2026-02-12') }),
    payout('6', { payout_id: 'po_c', ...recorded('2026-01-08') }),
  ],
  'of an outcome of a later month': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('50'),
    dispute('50'),
    outcome('lost', recorded('2026-01-07', '2026-02-10')),
    outcome('won', recorded('2026-01-08')),
  ],
  'of a refund, which names another sale': ({ one, sale, refund }) => [
    one(),
    sale('50'),
    sale('40', { sale_id: 'sale_d' }),
    refund('30', { refund_id: 'ref_d', sale_id: 'sale_d' }),
    refund('30', { refund_id: 'ref_d', ...recorded('2026-01-20') }),
    refund('30', { refund_id: 'ref_e', ...inFebruary }),
    refund('30', { refund_id: 'ref_f', sale_id: 'sale_d', ...inFebruary }),
  ],
};

const events = [...Object.values(ODD), ...Object.values(REPEATED), ...Object.values(UNEXPECTED)].flatMap(
  (eventsOf, number) => eventsOf(given(number)),
);

test('every odd fact is booked or in suspense as the rulings say, and the months close', async () => {
  const warehouse = await openTestWarehouse();
  try {
    expect(await disagreementOf(warehouse, { events, closings: CLOSINGS })).toBe('');
  } finally {
    await warehouse.close();
  }
});
