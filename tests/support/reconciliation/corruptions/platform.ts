import { balanceTransactionId } from '../../stripe/objects/row.ts';
import { ms } from '../base-payments.ts';
import { disputed, refunded, sold } from '../events.ts';
import type { Corruption, Plant, Planted } from '../plant.ts';

/** What is wrong in Stripe's records by themselves, or worth a look. */

const JANUARY = '2026-01-21T12:00:00.000Z';
const FEBRUARY = '2026-02-21T12:00:00.000Z';

type Break = Omit<Planted, 'break_class'>;

const corruption = (
  break_class: Corruption['break_class'],
  name: string,
  plant: (plant: Plant) => Break | readonly Break[],
): Corruption => ({
  name,
  break_class,
  plant: (given) => [plant(given)].flat().map((each) => ({ break_class, ...each })),
});

const ofRow = (period: string, ...row: [string, ...string[]]): Break => ({
  period,
  break_id: `transaction:${balanceTransactionId(...row)}`,
});

/** A balance transaction of 5 EUR without an object. */
const row = (break_class: Corruption['break_class'], name: string, given: Partial<Movement>): Corruption => {
  const id = `txn_${name.replaceAll(' ', '_')}`;
  return corruption(break_class, name, ({ stripe }) => {
    const plain = { reporting_category: 'fee', type: 'stripe_fee', amount_minor: -5_00, currency: 'eur' };
    stripe.movement({ id, ...plain, created_at_ms: ms(JANUARY), ...given });
    return { period: '2026-01', break_id: `transaction:${id}` };
  });
};
type Movement = Parameters<Plant['stripe']['movement']>[0];

const ofKind = (kind: string, amount_minor = -5_00): Partial<Movement> => ({
  reporting_category: kind,
  type: kind,
  amount_minor,
});

export const ACCOUNTS_AND_FEES: readonly Corruption[] = [
  corruption('account_debited', 'a debit of a connected account', ({ stripe }) => {
    const given = { amount_minor: 8_00, currency: 'eur', created_at_ms: ms(JANUARY), source_account: 'acct_gil' };
    stripe.charge({ id: 'py_debit', ...given });
    return ofRow('2026-01', 'py_debit', 'charge');
  }),
  corruption('fee_differs', 'a fee of 90 %', ({ stripe, report }) => {
    const given = { id: 'ch_dear', amount_minor: 100_00, currency: 'eur', created_at_ms: ms(FEBRUARY) };
    stripe.charge({ ...given, fee_minor: 90_00 });
    report(sold({ id: 'sale_dear', amount: '100.00', at: FEBRUARY, charge: 'ch_dear' }));
    return { period: '2026-02', break_id: `fee:${balanceTransactionId('ch_dear', 'charge')}` };
  }),
  corruption('fee_differs', 'a fee of 7 % of a converted charge', ({ stripe, report }) => {
    const settled = { currency: 'eur', amount_minor: 92_00 };
    const given = { id: 'ch_dear_fx', amount_minor: 100_00, currency: 'usd', created_at_ms: ms(FEBRUARY) };
    stripe.charge({ ...given, settled, fee_minor: 7_36 });
    report(sold({ id: 'sale_dear_fx', amount: '100.00', currency: 'USD', at: FEBRUARY, charge: 'ch_dear_fx' }));
    return { period: '2026-02', break_id: `fee:${balanceTransactionId('ch_dear_fx', 'charge')}` };
  }),
  corruption('fee_differs', 'a fee of 90 for a dispute', ({ stripe, report }) => {
    const given = { charge: 'ch_sale_17', amount_minor: 40_00, created_at_ms: ms(FEBRUARY) };
    stripe.dispute({ id: 'dp_dear', ...given, status: 'needs_response', fee_minor: 90_00 });
    report(disputed({ id: 'dp_dear', sale: 'sale_17', amount: '40.00', at: FEBRUARY }));
    return { period: '2026-02', break_id: `fee:${balanceTransactionId('dp_dear', 'dispute')}` };
  }),
  corruption('fee_differs', 'a fee of 5 for a refund', ({ stripe, report }) => {
    stripe.refund({
      id: 're_dear',
      charge: 'ch_sale_18',
      amount_minor: 9_00,
      created_at_ms: ms(FEBRUARY),
      fee_minor: 5_00,
    });
    report(refunded({ id: 're_dear', sale: 'sale_18', amount: '9.00', at: FEBRUARY }));
    return { period: '2026-02', break_id: `fee:${balanceTransactionId('re_dear', 'refund')}` };
  }),
  corruption('fee_differs', 'a fee of 10 for a payout to the bank', ({ stripe }) => {
    const given = { amount_minor: 40_00, currency: 'eur', created_at_ms: ms(FEBRUARY), automatic: false } as const;
    stripe.payout({ id: 'po_dear', ...given, method: 'instant', fee_minor: 10_00 });
    return { period: '2026-02', break_id: `fee:${balanceTransactionId('po_dear', 'payout')}` };
  }),
];

export const BANK: readonly Corruption[] = [
  corruption('payout_failed', 'a payout that the bank returns', ({ stripe }) => {
    stripe.endPayout({ id: 'po_by_hand', status: 'failed', at_ms: ms(FEBRUARY) });
    return ofRow('2026-02', 'po_by_hand', 'payout_reversal');
  }),
  corruption('payout_failed', 'a payout that is canceled', ({ stripe }) => {
    stripe.endPayout({ id: 'po_february', status: 'canceled', at_ms: ms('2026-02-27T08:00:00.000Z') });
    return ofRow('2026-02', 'po_february', 'payout_reversal');
  }),
  corruption('topup_reversed', 'a top-up that is taken back', ({ stripe }) => {
    stripe.endTopup({ id: 'tu_clears', status: 'reversed', at_ms: ms(FEBRUARY) });
    return ofRow('2026-02', 'tu_clears', 'topup_reversal');
  }),
  corruption('carried_differs', 'an automatic payout that carried a cent less', ({ stripe, carry }) => {
    const given = { amount_minor: 30_00, currency: 'eur', created_at_ms: ms(FEBRUARY), automatic: true };
    stripe.payout({ id: 'po_carried', ...given });
    carry({ payout: 'po_carried', own_minor: -30_00n, nets_minor: [20_00n, 9_99n] });
    return { period: '2026-02', break_id: 'carried:po_carried' };
  }),
  corruption('carried_differs', 'an automatic payout that carried nothing', ({ stripe, carry }) => {
    const given = { amount_minor: 3_00, currency: 'eur', created_at_ms: ms(FEBRUARY), automatic: true };
    stripe.payout({ id: 'po_empty', ...given });
    carry({ payout: 'po_empty', own_minor: -3_00n, nets_minor: [] });
    return { period: '2026-02', break_id: 'carried:po_empty' };
  }),
  corruption('record_differs', 'a payout of another amount than moved', (plant) => {
    plant.record('payout', 'po_by_hand_too', { amount: plant.object('payout', 'po_by_hand_too').amount + 1 });
    return ofRow('2026-01', 'po_by_hand_too', 'payout');
  }),
  corruption('record_differs', 'a payout that failed and moved nothing back', (plant) => {
    plant.record('payout', 'po_automatic', { status: 'failed' });
    return ofRow('2026-01', 'po_automatic', 'payout');
  }),
  corruption('record_differs', 'a top-up of another amount than moved', (plant) => {
    plant.record('topup', 'tu_usd', { amount: plant.object('topup', 'tu_usd').amount - 1 });
    return ofRow('2026-01', 'tu_usd', 'topup');
  }),
];

export const ROWS: readonly Corruption[] = [
  row('unlinked', 'a refund of nothing', { reporting_category: 'refund', type: 'refund' }),
  row('unlinked', 'a dispute of nothing', { reporting_category: 'dispute', type: 'adjustment' }),
  row('unlinked', 'a payout of nothing', ofKind('payout')),
  row('unlinked', 'a payout without a record', { ...ofKind('payout'), source: 'po_unknown' }),
  corruption('links_differ', 'two refunds that claim one row', (plant) => {
    plant.record('refund', 're_span', { balance_transaction: balanceTransactionId('re_late', 'refund') });
    return { period: '2026-02', break_id: 'refund:re_late' };
  }),
  corruption('links_differ', 'a row whose source is another charge than names it', (plant) => {
    plant.record('balance_transaction', balanceTransactionId('ch_sale_13', 'charge'), { source: 'ch_sale_14' });
    return { period: '2026-01', break_id: 'charge:ch_sale_13' };
  }),
  row('sign_differs', 'a hold that brings money', ofKind('payment_network_reserve_hold', 5_00)),
  row('sign_differs', 'a release that takes money', ofKind('payout_minimum_balance_release')),
  row('unpaired', 'a hold of a minimum balance that is not released', ofKind('payout_minimum_balance_hold')),
  row('unpaired', 'an advance that nothing funds', ofKind('advance', 60_00)),
  row('unclassified', 'a category that is not known', { reporting_category: 'loan_repayment', type: 'adjustment' }),
  row('unclassified', 'a type that is not known', { type: 'loan_repayment' }),
  corruption('unclassified', 'a charge of a type that is not known', (plant) => {
    plant.record('balance_transaction', balanceTransactionId('ch_sale_16', 'charge'), { type: 'tab' as 'charge' });
    return ofRow('2026-01', 'ch_sale_16', 'charge');
  }),
  row('unclassified', 'a fee of the type of a transfer', { type: 'transfer' }),
  row('unclassified', 'a transfer from the balance of cards', { ...ofKind('transfer'), balance_type: 'issuing' }),
  row('unclassified', 'a balance that is not known', { balance_type: 'savings' as 'issuing' }),
  row('unexplained', 'an adjustment', { reporting_category: 'other_adjustment', type: 'adjustment' }),
  row('unexplained', 'an adjustment in our favour', {
    reporting_category: 'other_adjustment',
    type: 'obligation_reversal_inbound',
    amount_minor: 3_00,
  }),
  row('unexplained', 'a contribution', ofKind('contribution')),
];

/** A row that was pulled before, and is missing now. */
const lost = (name: string, id: string, months: readonly string[]): Corruption =>
  corruption('balance_differs', name, (plant) => {
    plant.lose(id);
    return months.map((period) => ({ period, break_id: 'residual:payments:EUR' }));
  });

export const BALANCES: readonly Corruption[] = [
  lost('a fee of January that the pull has lost', 'txn_billing_01', ['2026-01', '2026-02']),
  lost('a fee as large as what is kept back for connected accounts at the end', 'txn_setup', ['2026-01', '2026-02']),
  lost('a fee of February that the pull has lost', 'txn_billing_02', ['2026-02']),
  {
    name: 'a fee of January that is pulled only after its closing',
    break_class: 'books_differ',
    plant({ stripe }) {
      const given = { reporting_category: 'fee', type: 'stripe_fee', amount_minor: -1_00, currency: 'eur' };
      stripe.movement({ id: 'txn_late_fee', ...given, created_at_ms: ms(JANUARY) });
      return [];
    },
  },
];
