import { type Cases, inFebruary, recorded } from './odd-events.ts';

/** What marketplaces report in another order, form or sum than expected. */
export const UNEXPECTED: Cases = {
  'a refund before its sale': ({ one, sale, refund }) => [one(), refund('5', recorded('2026-01-04')), sale('50')],
  'a refund of which the sale comes in the next month': ({ one, sale, refund }) => [
    one(),
    refund('5'),
    sale('50', inFebruary),
  ],
  'refunds that exceed the sale by a cent': ({ one, sale, refund }) => [
    one(),
    sale('50'),
    refund('25'),
    refund('25.01'),
  ],
  'parts of a refund that exceed it by less than a cent each': ({ one, sale, refund }) => [
    one(),
    sale('50'),
    refund('16.67'),
    refund('16.67'),
    refund('16.67'),
  ],
  'a refund after a dispute, which is then lost': ({ one, sale, dispute, refund, outcome }) => [
    one(),
    sale('50'),
    dispute('50'),
    refund('50'),
    outcome('lost', inFebruary),
  ],
  'a lost dispute of a sale that was refunded': ({ one, sale, dispute, refund, outcome }) => [
    one(),
    sale('50'),
    refund('50'),
    dispute('50', inFebruary),
    outcome('lost', inFebruary),
  ],
  'an outcome before its dispute': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('50'),
    outcome('lost', recorded('2026-01-04')),
    dispute('50'),
  ],
  'an outcome in the next month, and again another one': ({ one, sale, dispute, outcome }) => [
    one(),
    sale('50'),
    dispute('50'),
    outcome('won', inFebruary),
    outcome('lost', recorded('2026-02-11')),
  ],
  'a free sale, refunded': ({ one, sale, refund }) => [one(), sale('0', { charge_id_stripe: null }), refund('0')],
  'a refund of the tax alone': ({ one, sale, refund }) => [
    one(),
    sale('50', { tax_amount: '10' }),
    refund('0', { tax_amount: '10' }),
  ],
  'a refund below zero': ({ one, sale, refund }) => [one(), sale('50'), refund('-5')],
  'a charge for three sales, of which one is refunded': ({ one, sale, refund }) => [
    one(),
    ...['a', 'b', 'c'].map((part) => sale('10', { sale_id: `sale_cart_${part}`, charge_id_stripe: 'ch_cart' })),
    refund('10', { sale_id: 'sale_cart_b' }),
  ],
  'two terms from one instant': ({ one, sale }) => [
    one({ terms_id: 'terms_same_a' }),
    one({ terms_id: 'terms_same_b', splits: '[{"creator_id":"cr_ben","share_bps":10000}]' }),
    sale('50'),
  ],
  'terms that arrive out of order': ({ one, sale }) => [
    one({ terms_id: 'terms_late', ...recorded('2026-01-03') }),
    one({ terms_id: 'terms_early', ...recorded('2026-01-04', '2026-01-01') }),
    sale('50', recorded('2026-01-05', '2026-01-02')),
  ],
  'terms after the sale': ({ one, sale }) => [sale('50'), one(recorded('2026-01-10'))],
  'terms in the next month, for a sale of before': ({ one, sale }) => [
    sale('50'),
    one(recorded('2026-02-10', '2026-01-01')),
  ],
  'a currency in small letters': ({ one, sale }) => [one(), sale('50', { currency: 'usd' })],
  'a currency with a space': ({ one, sale }) => [one(), sale('50', { currency: 'USD ' })],
  'a refund in a currency of another case': ({ one, sale, refund }) => [
    one(),
    sale('50'),
    refund('5', { currency: 'usd' }),
  ],
  'half a yen': ({ one, sale }) => [one(), sale('1.5', { currency: 'JPY' })],
  'a yen with decimal places': ({ one, sale }) => [one(), sale('100.000', { currency: 'JPY' })],
  'a thousandth of a dinar': ({ one, sale }) => [one(), sale('1.234', { currency: 'KWD' })],
  'less than a thousandth of a dinar': ({ one, sale }) => [one(), sale('1.2345', { currency: 'KWD' })],
  'a refund whose sale is written in other characters': ({ one, sale, refund }) => [
    one(),
    sale('50', { sale_id: 'sale_\u00e9' }),
    refund('5', { sale_id: 'sale_e\u0301' }),
  ],
  'a sale whose id ends with a space': ({ one, sale, refund }) => [
    one(),
    sale('50', { sale_id: 'sale_space' }),
    sale('40', { sale_id: 'sale_space ' }),
    refund('40', { sale_id: 'sale_space\u200b' }),
  ],
  'amounts as other software writes them': ({ one, sale }) =>
    ['1e3', '1,000.00', '1.000,00', '0x10', ' 5', '5 ', '٥', 'NaN', 'Infinity', '', '5.'].flatMap((amount, at) => [
      ...(at === 0 ? [one()] : []),
      sale(amount, { sale_id: `sale_written_${at}` }),
    ]),
  'a use of a closed month, and one at its last instant': ({ terms, use }) => [
    terms(),
    use('3', recorded('2026-02-10', '2026-01-20')),
    use('4', { timestamp: '2026-01-31T23:59:59.999Z', loaded_at: '2026-02-04T00:00:00.000Z' }),
  ],
};
