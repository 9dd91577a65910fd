import { ms } from '../base-payments.ts';
import { invoiced, paid, payoutReversed, refunded, sold } from '../events.ts';
import type { Corruption, Plant, Planted } from '../plant.ts';

/** What both sides have, and not alike; and payouts that are not what was promised. */

const JANUARY = '2026-01-21T12:00:00.000Z';
const FEBRUARY = '2026-02-21T12:00:00.000Z';

const corruption = (
  break_class: Corruption['break_class'],
  name: string,
  plant: (plant: Plant) => Omit<Planted, 'break_class'>,
): Corruption => ({ name, break_class, plant: (given) => [{ break_class, ...plant(given) }] });

/** An event of January is edited. */
const edited = (
  break_class: Corruption['break_class'],
  name: string,
  break_id: string,
  edit: Parameters<Plant['edit']>,
): Corruption =>
  corruption(break_class, name, (plant) => {
    plant.edit(...edit);
    return { period: '2026-01', break_id };
  });

/** What was taken and returned: both have the wrong amount. `breaks` are the periods by break. */
const returned = (
  name: string,
  breaks: Readonly<Record<string, string>>,
  edit: Parameters<Plant['edit']>,
): Corruption => ({
  name,
  break_class: 'amount_differs',
  plant(plant) {
    plant.edit(...edit);
    return Object.entries(breaks).map(([break_id, period]) => ({ period, break_class: 'amount_differs', break_id }));
  },
});

const sale = (id: string) => ['license_purchased', ['sale_id', id]] as const;

export const AMOUNT_DIFFERS: readonly Corruption[] = [
  edited('amount_differs', 'a sale of a cent less', 'charge:ch_sale_2', [...sale('sale_2'), { amount: '39.99' }]),
  edited('amount_differs', 'a tax of a cent more', 'charge:ch_cart', [...sale('sale_cart_a'), { tax_amount: '19.01' }]),
  edited('amount_differs', 'a converted sale of a cent more', 'charge:py_fx', [
    ...sale('sale_fx'),
    { amount: '100.01' },
  ]),
  edited('amount_differs', 'a thousandth more', 'charge:ch_sale_kwd', [...sale('sale_kwd'), { amount: '100.011' }]),
  edited('amount_differs', 'a yen less', 'charge:ch_sale_jpy', [...sale('sale_jpy'), { amount: '4999' }]),
  edited('amount_differs', 'a shilling less', 'charge:ch_sale_ugx', [...sale('sale_ugx'), { amount: '2999' }]),
  edited('amount_differs', 'what was authorised, not captured', 'charge:ch_part', [
    ...sale('sale_part'),
    { amount: '50.00' },
  ]),
  edited('amount_differs', 'an invoice of a cent more', 'charge:py_invoice', [
    'usage_invoiced',
    ['invoice_id', 'inv_1'],
    { amount: '12.36' },
  ]),
  edited('amount_differs', 'a converted refund of a cent less', 'refund:pyr_fx', [
    'license_refunded',
    ['refund_id', 'ref_fx'],
    { amount: '39.99' },
  ]),
  returned(
    'a failed refund of a cent less',
    { 'refund:re_canceled': '2026-01', 'refund_failure:re_canceled': '2026-02' },
    ['license_refunded', ['refund_id', 're_canceled'], { amount: '14.99' }],
  ),
  edited('amount_differs', 'a dispute of a cent less', 'dispute:dp_escalated', [
    'dispute_opened',
    ['dispute_id', 'dp_escalated'],
    { amount: '17.99' },
  ]),
  returned('a won dispute of a cent less', { 'dispute:du_fx': '2026-01', 'dispute_reversal:du_fx': '2026-01' }, [
    'dispute_opened',
    ['dispute_id', 'du_fx'],
    { amount: '59.99' },
  ]),
  corruption('amount_differs', 'a cart that lacks a sale', (plant) => {
    plant.forget(...sale('sale_pair_b'));
    return { period: '2026-01', break_id: 'charge:ch_pair' };
  }),
  corruption('amount_differs', 'a transfer of a cent less than its payout', (plant) => {
    const transfer = plant.pay('cr_hal', -1n);
    plant.report(paid(plant.owed('cr_hal', transfer)));
    return { period: '2026-01', break_id: `transfer:${transfer}` };
  }),
];

export const CURRENCY_DIFFERS: readonly Corruption[] = [
  edited('currency_differs', 'a sale in another currency', 'charge:ch_sale_3', [
    ...sale('sale_3'),
    { currency: 'USD' },
  ]),
  edited('currency_differs', 'a sale in the currency of its settlement', 'charge:ch_sale_fx_won', [
    ...sale('sale_fx_won'),
    { amount: '55.38', currency: 'EUR' },
  ]),
  edited('currency_differs', 'a refund in another currency', 'refund:re_stands_too', [
    'license_refunded',
    ['refund_id', 're_stands_too'],
    { currency: 'USD' },
  ]),
  corruption('currency_differs', 'two sales of one charge in two currencies', (plant) => {
    plant.report(sold({ id: 'sale_mixed', amount: '1.00', currency: 'USD', at: JANUARY, charge: 'ch_sale_12' }));
    return { period: '2026-02', break_id: 'charge:ch_sale_12' };
  }),
];

export const DUPLICATE: readonly Corruption[] = [
  corruption('duplicate', 'a sale reported twice', (plant) => {
    plant.report(sold({ id: 'sale_twice', amount: '40.00', at: JANUARY, charge: 'ch_sale_6' }));
    return { period: '2026-02', break_id: 'charge:ch_sale_6' };
  }),
  corruption('duplicate', 'a sale that is invoiced too', (plant) => {
    plant.report(invoiced({ id: 'inv_twice', amount: '40.00', at: JANUARY, charge: 'ch_sale_15' }));
    return { period: '2026-02', break_id: 'charge:ch_sale_15' };
  }),
  corruption('duplicate', 'a refund reported twice', (plant) => {
    const again = { id: 're_again', stripe: 're_waits', amount: '15.00', at: FEBRUARY };
    plant.report(refunded({ ...again, sale: 'sale_refund_waits' }));
    return { period: '2026-02', break_id: 'refund:re_waits' };
  }),
  corruption('duplicate', 'a transfer that pays two payouts', (plant) => {
    const { id } = plant.payoutOf('cr_ada');
    const other = { creator: 'cr_nobody', amount: '10.00', currency: 'EUR', transfer: id };
    plant.report(paid({ ...other, period: '2025-11', at: FEBRUARY }));
    return { period: '2026-01', break_id: `transfer:${id}` };
  }),
  {
    name: 'a payout reported twice',
    break_class: 'duplicate',
    plant(plant) {
      const { id } = plant.payoutOf('cr_fay');
      plant.report(paid({ ...plant.owed('cr_fay', id), id: 'po_fay_again' }));
      const period = '2026-01';
      return [
        { period, break_class: 'duplicate', break_id: `transfer:${id}` },
        { period, break_class: 'payout_differs', break_id: 'balance:cr_fay:EUR' },
      ];
    },
  },
];

export const PAYOUTS: readonly Corruption[] = [
  corruption('wrong_destination', 'a transfer to another account than the books have', (plant) => {
    plant.edit('payout_sent', ['creator_id', 'cr_ben'], { account_id_stripe: 'acct_other' });
    return { period: '2026-01', break_id: `transfer:${plant.payoutOf('cr_ben').id}` };
  }),
  corruption('reversed_after_settlement', 'a transfer that is reversed', (plant) => {
    const { id, amount } = plant.payoutOf('cr_cai');
    const given = { transfer: id, amount_minor: amount, created_at_ms: ms(FEBRUARY) };
    plant.stripe.reverseTransfer({ id: 'trr_all', ...given });
    return { period: '2026-02', break_id: `transfer_reversal:${id}` };
  }),
  corruption('reversed_after_settlement', 'a transfer that fails in part', (plant) => {
    const { id } = plant.payoutOf('cr_dee');
    const given = { transfer: id, amount_minor: 1, created_at_ms: ms(FEBRUARY), source: 'transfer' } as const;
    plant.stripe.reverseTransfer({ id: 'trr_part', ...given, row_type: 'transfer_failure' });
    return { period: '2026-02', break_id: `transfer_reversal:${id}` };
  }),
  {
    name: 'a transfer of an older month that is reversed in two months',
    break_class: 'reversed_after_settlement',
    plant(plant) {
      const { id } = plant.oldPayout();
      plant.stripe.reverseTransfer({ id: 'trr_1', transfer: id, amount_minor: 2_00, created_at_ms: ms(JANUARY) });
      plant.stripe.reverseTransfer({ id: 'trr_2', transfer: id, amount_minor: 3_00, created_at_ms: ms(FEBRUARY) });
      const break_id = `transfer_reversal:${id}`;
      return ['2026-01', '2026-02'].map((period) => ({ period, break_class: 'reversed_after_settlement', break_id }));
    },
  },
  corruption('amount_differs', 'a reversal of a transfer that our books have with another amount', (plant) => {
    const { id } = plant.payoutOf('cr_fay');
    const [transfer, created_at_ms] = [id, ms(FEBRUARY)];
    plant.stripe.reverseTransfer({ id: 'trr_fay', transfer, amount_minor: 2, created_at_ms });
    plant.report(payoutReversed(paid(plant.owed('cr_fay', id)), { id: 'trr_fay', amount: '0.01', at: FEBRUARY }));
    return { period: '2026-02', break_id: `transfer_reversal:${id}` };
  }),
  corruption('missing_in_stripe', 'a reversal of a transfer that Stripe does not have', (plant) => {
    const { id } = plant.payoutOf('cr_ben');
    plant.report(payoutReversed(paid(plant.owed('cr_ben', id)), { id: 'trr_invented', amount: '0.01', at: FEBRUARY }));
    return { period: '2026-02', break_id: `transfer_reversal:${id}` };
  }),
  corruption('payout_differs', 'a payout to whom nothing was promised', (plant) => {
    const at = '2026-02-03T06:00:00.000Z';
    const transfer = plant.transfer(at, { amount: '1000', currency: 'usd', destination: 'acct_old' });
    plant.report(paid({ creator: 'cr_old', period: '2026-01', amount: '10.00', currency: 'USD', transfer, at }));
    return { period: '2026-01', break_id: 'balance:cr_old:USD' };
  }),
  corruption('payout_differs', 'a payout of a cent more than was promised', (plant) => {
    const transfer = plant.pay('cr_ida', 1n);
    plant.report(paid(plant.owed('cr_ida', transfer, 1n)));
    return { period: '2026-01', break_id: 'balance:cr_ida:EUR' };
  }),
  {
    name: 'a payout whose event was edited',
    break_class: 'payout_differs',
    plant(plant) {
      const { id } = plant.payoutOf('cr_eve');
      plant.edit('payout_sent', ['creator_id', 'cr_eve'], { amount: plant.owed('cr_eve', id, 1n).amount });
      const period = '2026-01';
      return [
        { period, break_class: 'payout_differs', break_id: 'balance:cr_eve:EUR' },
        { period, break_class: 'amount_differs', break_id: `transfer:${id}` },
      ];
    },
  },
];
