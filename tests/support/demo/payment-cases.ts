import { payoutReversed, payoutSent } from '../../../ingest/events/payouts.ts';
import {
  disputeClosed,
  disputeOpened,
  disputeReopened,
  licenseRefunded,
  refundFailed,
} from '../../../ingest/events/sales.ts';
import { decimalToMinor } from '../../../warehouse/money.ts';
import type { Act } from '../marketplace/acts.ts';
import type { ChargeAct, DisputeAct, RefundAct } from '../stripe/acts.ts';
import { BUYER, Story } from './cases.ts';

/**
 * Payments of each kind that is correct and not plain: refunds that come to nothing, wait or are paid in advance, what Stripe has converted,
 * disputes that are taken up again, an authorisation that expires, currencies of no and of three decimals. All are of one creator.
 */

export const LEO = 'cr_demo_leo';

/** What buyers paid in these cases in January, less refunds and lost disputes, in 10⁻⁹ units by currency. */
export const PAYMENTS_NET_NANOS: Readonly<Record<string, bigint>> = {
  EUR: 132_000_000_000n,
  JPY: 5_000_000_000_000n,
  KWD: 100_010_000_000n,
};

/** What Stripe books in another currency: dollars. */
const usd = (amount: string) => ({ settled: { currency: 'usd', amount_minor: decimalToMinor(amount, 'USD') } });

class PaymentStory extends Story {
  /** A sale of 24 EUR. */
  sold(at: string, name: string, more: Partial<ChargeAct> = {}): void {
    this.charged(at, name, { asset: 'tides', amount: '24.00' }, more);
  }

  /** A refund of 12 EUR of the sale of the same name. */
  refunded(at: string, name: string, more: Partial<RefundAct> = {}): void {
    const [id, amount_minor] = [`re_demo_${name}`, decimalToMinor('12.00', 'EUR')];
    this.stripe('refund', { id, charge: `ch_demo_${name}`, amount_minor, created_at_ms: Date.parse(at), ...more }, at);
    this.event(at, licenseRefunded, {
      ...{ refund_id: `ref_demo_${name}`, sale_id: `sale_demo_${name}`, developer_id: BUYER },
      ...{ amount: '12.00', tax_amount: '0.00', currency: 'EUR', refund_id_stripe: id },
    });
  }

  /** A dispute of a sale, by default in full. */
  disputed(at: string, name: string, of: { sale?: string; amount?: string } & Partial<DisputeAct> = {}): void {
    const { sale = name, amount = '24.00', ...more } = of;
    const [id, amount_minor] = [`dp_demo_${name}`, decimalToMinor(amount, 'EUR')];
    const given = { id, charge: `ch_demo_${sale}`, amount_minor, status: 'needs_response' };
    this.stripe('dispute', { ...given, created_at_ms: Date.parse(at), ...more }, at);
    const about = { dispute_id: `dis_demo_${name}`, sale_id: `sale_demo_${sale}`, developer_id: BUYER };
    this.event(at, disputeOpened, { ...about, amount, tax_amount: '0.00', currency: 'EUR', dispute_id_stripe: id });
  }

  decided(at: string, name: string, of: { outcome: 'won' | 'lost'; sale?: string } & object): void {
    const { outcome, sale = name, ...more } = of;
    const given = { id: `dp_demo_${name}`, won: outcome === 'won', at_ms: Date.parse(at) };
    this.stripe('closeDispute', { ...given, ...more }, at);
    const about = { dispute_id: `dis_demo_${name}`, sale_id: `sale_demo_${sale}`, developer_id: BUYER };
    this.event(at, disputeClosed, { ...about, dispute_outcome: outcome });
  }
}

/** November 2025: the creator and their assets, one a currency. */
export function paymentCasesBefore(): readonly Act[] {
  const story = new PaymentStory('payments_before');
  story.creator(LEO, 'Leo Marín');
  story.asset('tides', 'Tide tables of the north', { creator_id: LEO });
  story.asset('yen', 'Tide tables of the east', { creator_id: LEO, currency: 'JPY', rate: '5000' });
  story.asset('dinar', 'Tide tables of the gulf', { creator_id: LEO, currency: 'KWD', rate: '100.010' });
  return story.acts;
}

/** January 2026. */
export function paymentCases(): readonly Act[] {
  const story = new PaymentStory('payments');
  refunds(story);
  disputes(story);
  const [at, later] = ['2026-01-08T10:00:00Z', '2026-01-15T10:00:00Z'];
  const held = { id: 'ch_demo_expired', amount_minor: 24_00n, currency: 'eur', state: 'uncaptured' };
  story.stripe('charge', { ...held, created_at_ms: Date.parse(at) }, at);
  story.stripe('expireCharge', { id: held.id, at_ms: Date.parse(later), refund_id: 're_demo_expired' }, later);
  story.sold(at, 'shown', { presented: { currency: 'sek', amount_minor: 275_00n } });
  story.charged(at, 'yen', { asset: 'yen', amount: '5000', currency: 'JPY' });
  story.charged(at, 'dinar', { asset: 'dinar', amount: '100.010', currency: 'KWD' });
  return story.acts;
}

/** A payout of before the books that came back in January, as our own events report it. */
export function payoutCases(): readonly Act[] {
  const story = new Story('payouts');
  const [at, later] = ['2026-01-03T10:00:00Z', '2026-01-09T10:00:00Z'];
  const to = { account_id_stripe: `acct_${LEO}`, transfer_id_stripe: 'tr_demo_old' };
  const payout = {
    payout_id: 'po_demo_old',
    creator_id: LEO,
    payout_period: '2025-11',
    amount: '15.00',
    currency: 'EUR',
  };
  const transfer = { destination: to.account_id_stripe, amount_minor: 15_00n, currency: 'eur' };
  story.stripe('transfer', { id: to.transfer_id_stripe, ...transfer, created_at_ms: Date.parse(at) }, at);
  story.event(at, payoutSent, { ...payout, ...to, batch_id: 'batch_2025-11' });
  const back = { id: 'trr_demo_old', transfer: to.transfer_id_stripe, amount_minor: 15_00n };
  story.stripe('reverseTransfer', { ...back, created_at_ms: Date.parse(later) }, later);
  story.event(later, payoutReversed, { ...payout, ...to, batch_id: 'batch_2025-11', reversal_id_stripe: back.id });
  return story.acts;
}

function refunds(story: PaymentStory): void {
  const [at, later, last] = ['2026-01-05T10:00:00Z', '2026-01-12T10:00:00Z', '2026-01-19T10:00:00Z'];
  story.sold(at, 'canceled');
  story.refunded(later, 'canceled');
  story.stripe('cancelRefund', { id: 're_demo_canceled', at_ms: Date.parse(last) }, last);
  const about = { refund_id: 'ref_demo_canceled', sale_id: 'sale_demo_canceled', developer_id: BUYER };
  story.event(last, refundFailed, about);
  story.sold(at, 'waits');
  story.refunded(later, 'waits', { status: 'pending', pending_reason: 'insufficient_funds' });
  story.sold(at, 'prefunded');
  story.refunded(later, 'prefunded', { balance_type: 'refund_and_dispute_prefunding' });
  story.sold(at, 'converted_back', usd('26.10'));
  story.refunded(later, 'converted_back', usd('13.20'));
}

function disputes(story: PaymentStory): void {
  const [at, later, last] = ['2026-01-06T10:00:00Z', '2026-01-13T10:00:00Z', '2026-01-20T10:00:00Z'];
  story.sold(at, 'converted_dispute', usd('26.10'));
  story.disputed(later, 'converted_dispute', usd('26.40'));
  story.decided(last, 'converted_dispute', { outcome: 'won', ...usd('25.90') });
  story.sold(at, 'again');
  story.disputed(later, 'again');
  story.decided(last, 'again', { outcome: 'won' });
  const reopened = '2026-01-27T10:00:00Z';
  story.stripe('reopenDispute', { id: 'dp_demo_again', at_ms: Date.parse(reopened) }, reopened);
  const about = { dispute_id: 'dis_demo_again', sale_id: 'sale_demo_again', developer_id: BUYER };
  story.event(reopened, disputeReopened, about);
  story.sold(at, 'twice');
  for (const [name, amount] of [
    ['twice', '14.00'],
    ['twice_more', '10.00'],
  ] as const) {
    story.disputed(later, name, { sale: 'twice', amount });
    story.decided(last, name, { sale: 'twice', outcome: 'lost' });
  }
}
