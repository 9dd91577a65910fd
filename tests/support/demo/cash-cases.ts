import { decimalToMinor } from '../../../warehouse/money.ts';
import type { Act, StripeAct } from '../marketplace/acts.ts';
import { INES, Story } from './cases.ts';

/**
 * One of each kind of movement at Stripe that no event reports, and two charges that are not what they seem: the bridge of January must
 * close over all of them, and none is a break.
 */

/** A balance transaction without an object of its own. */
type Row = Extract<StripeAct, { readonly act: 'movement' }>['given'];

const euros = (amount: string): bigint =>
  decimalToMinor(amount.replace('-', ''), 'EUR') * (amount.startsWith('-') ? -1n : 1n);

class CashStory extends Story {
  row(
    day: string,
    id: string,
    given: Pick<Row, 'reporting_category' | 'type'> & { amount: string } & Partial<Row>,
  ): void {
    const { amount, ...row } = given;
    const at = `2026-01-${day}T04:00:00Z`;
    const placed = {
      id: `txn_demo_${id}`,
      amount_minor: euros(amount),
      currency: 'eur',
      created_at_ms: Date.parse(at),
    };
    this.stripe('movement', { ...placed, ...row }, at);
  }
}

/** January 2026. */
export function cashCases(): readonly Act[] {
  const story = new CashStory('cash');
  const at = (day: string): { created_at_ms: number } => ({ created_at_ms: Date.parse(`2026-01-${day}T04:00:00Z`) });
  const day = (number: string): string => `2026-01-${number}T04:00:00Z`;
  const price = { asset: 'letters', amount: '24.00' };

  story.stripe('topup', { id: 'tu_demo', amount_minor: euros('500.00'), currency: 'eur', ...at('02') }, day('02'));
  const settled = { currency: 'usd', amount_minor: euros('26.10') };
  const converted = { id: 'ch_demo_converted', amount_minor: euros('24.00'), currency: 'eur', settled };
  story.stripe('charge', { ...converted, ...at('05') }, day('05'));
  story.sale(day('05'), 'converted', { ...price, charge: 'converted' });
  const held = { id: 'ch_demo_partial', amount_minor: euros('40.00'), currency: 'eur', state: 'uncaptured' };
  story.stripe('charge', { ...held, ...at('06') }, day('06'));
  const captured = { id: 'ch_demo_partial', amount_minor: euros('24.00'), at_ms: Date.parse(day('07')) };
  story.stripe('captureCharge', captured, day('07'));
  story.sale(day('07'), 'partial', { ...price, charge: 'partial' });
  const inquiry = { id: 'du_demo_inquiry', charge: 'ch_demo_converted', amount_minor: euros('24.00') };
  story.stripe('dispute', { ...inquiry, status: 'warning_needs_response', ...at('08') }, day('08'));
  story.stripe('closeDispute', { id: inquiry.id, won: true, at_ms: Date.parse(day('20')) }, day('20'));

  story.row('09', 'fee', {
    reporting_category: 'fee',
    type: 'stripe_fee',
    amount: '-12.00',
    description: 'Connect (2026-01-08 - 2026-01-08)',
  });
  story.row('09', 'tax', { reporting_category: 'tax', type: 'tax_fee', amount: '-2.28', description: 'VAT on fees' });
  story.row('09', 'network', { reporting_category: 'network_cost', type: 'network_cost', amount: '-3.40' });
  story.row('10', 'hold', { reporting_category: 'risk_reserved_funds', type: 'reserve_hold', amount: '-20.00' });
  story.row('10', 'held', {
    reporting_category: 'risk_reserved_funds',
    type: 'reserve_hold',
    amount: '20.00',
    balance_type: 'risk_reserved',
  });
  story.row('11', 'advance', { reporting_category: 'advance', type: 'advance', amount: '50.00' });
  story.row('12', 'funding', { reporting_category: 'advance_funding', type: 'advance_funding', amount: '-50.00' });
  story.row('12', 'card', {
    reporting_category: 'issuing_transaction',
    type: 'issuing_transaction',
    amount: '-9.99',
    balance_type: 'issuing',
  });
  story.stripe(
    'connectReserve',
    { id: 'rtx_demo', amount_minor: euros('15.00'), currency: 'eur', ...at('13') },
    day('13'),
  );
  const collected = { id: 'connct_demo', account: `acct_${INES}`, amount_minor: euros('15.00'), release: 'rtx_demo_2' };
  story.stripe('collectFromReserve', { ...collected, currency: 'eur', ...at('14') }, day('14'));
  const payout = {
    id: 'po_demo',
    amount_minor: euros('300.00'),
    currency: 'eur',
    automatic: true,
    minimum_balance_minor: euros('100.00'),
  };
  story.stripe('payout', { ...payout, ...at('30'), arrival_at_ms: Date.parse('2026-02-03T00:00:00Z') }, day('30'));
  bank(story);
  reserves(story);
  return story.acts;
}

/** Top-ups that succeed for another balance, fail or are canceled; payouts that a person makes. */
function bank(story: CashStory): void {
  const [at, later] = ['2026-01-03T04:00:00Z', '2026-01-06T04:00:00Z'];
  const eur = { currency: 'eur', created_at_ms: Date.parse(at) };
  const prefunding = { amount_minor: euros('40.00'), balance_type: 'refund_and_dispute_prefunding' };
  story.stripe('topup', { id: 'tu_demo_prefunding', ...prefunding, ...eur }, at);
  for (const status of ['failed', 'canceled']) {
    const id = `tu_demo_${status}`;
    story.stripe('topup', { id, amount_minor: euros('60.00'), status: 'pending', ...eur }, at);
    story.stripe('endTopup', { id, status, at_ms: Date.parse(later) }, later);
  }
  const byHand = { amount_minor: euros('20.00'), automatic: false, ...eur };
  story.stripe('payout', { id: 'po_demo_manual', ...byHand }, at);
  story.stripe('payout', { id: 'po_demo_instant', method: 'instant', fee_minor: euros('0.50'), ...byHand }, at);
  for (const id of ['po_demo_manual', 'po_demo_instant']) {
    story.stripe('endPayout', { id, status: 'paid', at_ms: Date.parse(later) }, later);
  }
}

/** What Stripe holds back and releases, what it takes for an account that owes, and what it corrects of its fees. */
function reserves(story: CashStory): void {
  const risk = { reporting_category: 'risk_reserved_funds', type: 'reserve_release' };
  story.row('25', 'release', { ...risk, amount: '20.00' });
  story.row('25', 'released', { ...risk, amount: '-20.00', balance_type: 'risk_reserved' });
  for (const [name, amount] of [
    ['payment_network_reserve_hold', '-8.00'],
    ['payment_network_reserve_release', '8.00'],
  ] as const) {
    story.row('16', name, { reporting_category: name, type: name, amount });
  }
  story.row('17', 'credit', {
    reporting_category: 'fee',
    type: 'stripe_fee',
    amount: '1.20',
    description: 'Correction',
  });
  story.row('18', 'fx', { reporting_category: 'fee', type: 'stripe_fx_fee', amount: '-0.26' });
  const at = '2026-01-22T04:00:00Z';
  const collected = { id: 'connct_demo_bare', account: `acct_${INES}`, amount_minor: euros('5.00'), currency: 'eur' };
  story.stripe('collectFromReserve', { ...collected, created_at_ms: Date.parse(at) }, at);
}
