import type { BreakClassName } from '../../../../warehouse/vocabulary/reconciliation.ts';
import { ms, takenBack } from '../base-payments.ts';
import { decided, disputed, invoiced, paid, refunded, sold, voided } from '../events.ts';
import type { Corruption, Plant } from '../plant.ts';

/** What only one side has. */

const JANUARY = '2026-01-21T12:00:00.000Z';
const FEBRUARY = '2026-02-21T12:00:00.000Z';

/** Plants of one class, each with one break; in February, unless it says otherwise. */
const onlyOn =
  (break_class: BreakClassName) =>
  (name: string, break_id: string, plant: (plant: Plant) => void, period = '2026-02'): Corruption => ({
    name,
    break_class,
    plant(given) {
      plant(given);
      return [{ period, break_class, break_id }];
    },
  });

const reportedOnly = onlyOn('missing_in_stripe');
const atStripeOnly = onlyOn('missing_in_ledger');

export const MISSING_IN_STRIPE: readonly Corruption[] = [
  reportedOnly('a sale whose charge Stripe does not have', 'charge:ch_invented', ({ report }) =>
    report(sold({ id: 'sale_invented', amount: '5.00', at: FEBRUARY, charge: 'ch_invented' })),
  ),
  reportedOnly('a sale without a charge that was not free', 'charge:sale_unpaid', ({ report }) =>
    report(sold({ id: 'sale_unpaid', amount: '5.00', at: FEBRUARY, charge: null })),
  ),
  reportedOnly('an invoice whose charge Stripe does not have', 'charge:ch_inv_invented', ({ report }) =>
    report(invoiced({ id: 'inv_invented', amount: '5.00', at: FEBRUARY, charge: 'ch_inv_invented' })),
  ),
  reportedOnly('a refund that Stripe does not have', 'refund:re_invented', ({ report }) =>
    report(refunded({ id: 're_invented', sale: 'sale_5', amount: '5.00', at: FEBRUARY })),
  ),
  reportedOnly('a dispute that Stripe does not have', 'dispute:dp_invented', ({ report }) =>
    report(disputed({ id: 'dp_invented', sale: 'sale_9', amount: '5.00', at: FEBRUARY })),
  ),
  reportedOnly('a victory that Stripe does not have', 'dispute_reversal:dp_pair_2', ({ report }) =>
    report(decided({ id: 'dis_c', sale: 'sale_pair_b', at: FEBRUARY }, 'won')),
  ),
  reportedOnly('the void of a sale whose charge stands', 'charge_failure:ch_sale_11', ({ report }) =>
    report(voided('sale', 'sale_11', FEBRUARY)),
  ),
  reportedOnly(
    'a payout whose transfer Stripe does not have',
    'transfer:tr_invented',
    (plant) => plant.report(paid(plant.owed('cr_joe', 'tr_invented'))),
    '2026-01',
  ),
];

const charge = { currency: 'eur', created_at_ms: ms(JANUARY) };

export const MISSING_IN_LEDGER: readonly Corruption[] = [
  atStripeOnly(
    'a charge that nobody reports',
    'charge:ch_hidden',
    ({ stripe }) => stripe.charge({ id: 'ch_hidden', amount_minor: 7_77, ...charge }),
    '2026-01',
  ),
  atStripeOnly(
    'a refund that nobody reports',
    'refund:re_hidden',
    ({ stripe }) =>
      stripe.refund({ id: 're_hidden', charge: 'ch_sale_4', amount_minor: 1, created_at_ms: ms(JANUARY) }),
    '2026-01',
  ),
  atStripeOnly(
    'a refund of a charge that is paid in another currency',
    'refund:re_hidden_fx',
    ({ stripe }) => {
      const settled = { currency: 'eur', amount_minor: 93 };
      const given = { charge: 'ch_sale_fx_won', amount_minor: 1_00, created_at_ms: ms(JANUARY) };
      stripe.refund({ id: 're_hidden_fx', ...given, settled });
    },
    '2026-01',
  ),
  atStripeOnly('a refund that fails', 'refund_failure:re_stands', ({ stripe }) =>
    stripe.failRefund({ id: 're_stands', at_ms: ms(FEBRUARY) }),
  ),
  atStripeOnly(
    'a refund that fails, whose balance transaction has no source',
    'refund_failure:re_stands_bare',
    ({ stripe }) => stripe.failRefund({ id: 're_stands_bare', at_ms: ms(FEBRUARY), source: 'none' }),
  ),
  atStripeOnly('a bank debit that the bank takes back', 'charge_failure:py_stands_too', ({ stripe }) =>
    stripe.movement(takenBack('py_stands_too', FEBRUARY)),
  ),
  atStripeOnly('a bank debit that fails', 'charge_failure:py_stands', ({ stripe }) =>
    stripe.failCharge({ id: 'py_stands', at_ms: ms(FEBRUARY) }),
  ),
  atStripeOnly(
    'a dispute that nobody reports',
    'dispute:du_hidden',
    ({ stripe }) => {
      const given = { charge: 'ch_sale_8', amount_minor: 40_00, created_at_ms: ms(JANUARY) };
      stripe.dispute({ id: 'du_hidden', ...given, status: 'needs_response' });
    },
    '2026-01',
  ),
  atStripeOnly('an inquiry that becomes a chargeback', 'dispute:dp_asked_again', ({ stripe }) => {
    const given = { charge: 'ch_sale_prevented', amount_minor: 18_00, created_at_ms: ms(JANUARY) };
    stripe.dispute({ id: 'dp_asked_again', ...given, status: 'warning_needs_response' });
    stripe.escalateDispute({ id: 'dp_asked_again', at_ms: ms(FEBRUARY) });
  }),
  {
    name: 'a payout whose event is lost',
    break_class: 'missing_in_ledger',
    plant(plant) {
      const { id } = plant.payoutOf('cr_gil');
      plant.forget('payout_sent', ['creator_id', 'cr_gil']);
      return [{ period: '2026-02', break_class: 'missing_in_ledger', break_id: `transfer:${id}` }];
    },
  },
  {
    name: 'a transfer that Stripe has made by itself for a charge',
    break_class: 'destination_charge',
    plant(given) {
      const transfer = given.transfer(FEBRUARY, { amount: '200', currency: 'eur', destination: 'acct_ada' });
      given.record('charge', 'ch_sale_9', { transfer });
      return [{ period: '2026-02', break_class: 'destination_charge', break_id: `transfer:${transfer}` }];
    },
  },
  atStripeOnly('a dispute that is won', 'dispute_reversal:dp_open', ({ stripe }) =>
    stripe.closeDispute({ id: 'dp_open', won: true, at_ms: ms(FEBRUARY) }),
  ),
  atStripeOnly('a lost dispute that is won on appeal', 'dispute_reversal:dp_lost', ({ stripe }) =>
    stripe.winAppeal({ id: 'dp_lost', at_ms: ms(FEBRUARY) }),
  ),
  atStripeOnly('a won dispute that is withdrawn again', 'dispute:du_won', ({ stripe }) =>
    stripe.reopenDispute({ id: 'du_won', at_ms: ms(FEBRUARY) }),
  ),
  ...[undefined, 'batch_payroll', 'batch_2026-01:po_by_hand'].map((transfer_group): Corruption => {
    const break_class = 'missing_in_ledger';
    return {
      name: `a transfer by hand ${transfer_group === undefined ? 'without a group' : `in the group ${transfer_group}`}`,
      break_class,
      plant(given) {
        const form = { amount: '100', currency: 'eur', destination: 'acct_ada' };
        const id = given.transfer(FEBRUARY, { ...form, ...(transfer_group && { transfer_group }) });
        return [{ period: '2026-02', break_class, break_id: `transfer:${id}` }];
      },
    };
  }),
];
