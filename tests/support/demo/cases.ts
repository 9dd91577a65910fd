import {
  assetPublished,
  assetTransferred,
  assetUploaded,
  assetWithdrawn,
  consentGranted,
  consentRevoked,
} from '../../../ingest/events/assets.ts';
import { creatorKycCompleted, creatorPayoutAccountUpdated, creatorSignedUp } from '../../../ingest/events/creators.ts';
import type { EventDeclaration, PropertiesOf } from '../../../ingest/events/event.ts';
import { disputeClosed, disputeOpened, licensePurchased, licenseRefunded } from '../../../ingest/events/sales.ts';
import { assetUsed } from '../../../ingest/events/usage.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { decimalToMinor } from '../../../warehouse/money.ts';
import type { Column } from '../../../warehouse/vocabulary/fields.ts';
import type { Act, StripeAct } from '../marketplace/acts.ts';
import type { ChargeAct } from '../stripe/acts.ts';

/**
 * One of each special case, of two creators beside those of the marketplace. What is corrected happened in December 2025, which is
 * closed, so that each correction is a line of January's statement.
 */

export const INES = 'cr_demo_ines';
export const JUN = 'cr_demo_jun';
export const BUYER = 'dev_demo';

/** What these cases change of what buyers paid in January, in 10⁻⁹ euros: 115.00, and 48.00 of those of cash. */
export const CASES_NET_NANOS = 163_000_000_000n;

interface Offer {
  readonly creator_id: string;
  readonly license_type: string;
  readonly rate: string;
  /** Default: EUR. */
  readonly currency?: string;
}

/** What is bought of an asset, by default in EUR. */
interface Bought {
  readonly asset: string;
  readonly amount: string;
  readonly currency?: string;
}

/** The acts of cases in the order in which they happen. */
export class Story {
  readonly acts: Act[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  event<const C extends Column>(at: string, declaration: EventDeclaration<C>, properties: PropertiesOf<C>): void {
    const body: Record<string, unknown> = { event_version: declaration.version, ...properties };
    const at_ms = Date.parse(at);
    this.acts.push({
      ...{ kind: 'event', at_ms, occurred_at_ms: at_ms, event: declaration.name, properties: body },
      user_id: String(body[declaration.subject]),
      // Of two reports of one sale in one load, the one with the smaller id counts as the first.
      message_id: `msg_demo_${this.#name}_${String(this.acts.length).padStart(4, '0')}`,
    });
  }

  stripe(act: StripeAct['act'], given: object, at: string): void {
    this.acts.push({ kind: 'stripe', act, given, at_ms: Date.parse(at) } as StripeAct);
  }

  creator(creator_id: string, creator_name: string): void {
    const account_id_stripe = `acct_${creator_id}`;
    const given = { id: account_id_stripe, country: 'PT', transfers_enabled: true, payouts_enabled: true, creator_id };
    this.stripe('account', given, '2025-11-01T09:00:00Z');
    this.event('2025-11-01T09:00:00Z', creatorSignedUp, { creator_id, creator_name, country: 'PT' });
    this.event('2025-11-02T09:00:00Z', creatorKycCompleted, { creator_id, kyc_status: 'verified' });
    const account = { creator_id, account_id_stripe, account_status: 'active' };
    this.event('2025-11-02T10:00:00Z', creatorPayoutAccountUpdated, account);
  }

  /** An asset that was published in November, by default for 24 EUR. */
  asset(
    name: string,
    asset_title: string,
    { creator_id = INES, currency = 'EUR', rate = '24.00' }: Partial<Omit<Offer, 'license_type'>> = {},
  ): void {
    const asset_id = `asset_demo_${name}`;
    const asset_digest = `sha256:${sha256Hex(asset_id)}`;
    const upload = { asset_id, creator_id, asset_title, media_type: 'text', asset_digest };
    this.event('2025-11-03T09:00:00Z', assetUploaded, upload);
    const at = '2025-11-03T10:00:00Z';
    this.publish(at, name, { creator_id, license_type: 'one_time', rate, currency });
    if (currency === 'EUR') this.publish(at, name, { creator_id, license_type: 'metered', rate: '0.01' });
  }

  publish(at: string, name: string, offer: Offer): void {
    const terms_id = `terms_demo_${name}_${offer.license_type}_${offer.creator_id}`;
    const splits = [{ creator_id: offer.creator_id, share_bps: 10_000 }];
    this.event(at, assetPublished, { asset_id: `asset_demo_${name}`, terms_id, currency: 'EUR', splits, ...offer });
  }

  charge(at: string, name: string, amount: string, more: Partial<ChargeAct> = {}): void {
    const { currency = 'eur' } = more;
    const amount_minor = decimalToMinor(amount, currency.toUpperCase());
    const given = { id: `ch_demo_${name}`, amount_minor, currency, created_at_ms: Date.parse(at) };
    this.stripe('charge', { ...given, ...more }, at);
  }

  /** A sale of an asset, whose charge has the name of `charge`; without one, nothing is charged. */
  sale(at: string, name: string, of: Bought & { charge?: string }): void {
    this.event(at, licensePurchased, {
      ...{ license_id: `lic_demo_${name}`, sale_id: `sale_demo_${name}`, asset_id: `asset_demo_${of.asset}` },
      ...{ developer_id: BUYER, amount: of.amount, tax_amount: '0', currency: of.currency ?? 'EUR' },
      ...(of.charge && { charge_id_stripe: `ch_demo_${of.charge}` }),
    });
  }

  charged(at: string, name: string, of: Bought, more: Partial<ChargeAct> = {}): void {
    this.charge(at, name, of.amount, { ...(of.currency && { currency: of.currency.toLowerCase() }), ...more });
    this.sale(at, name, { ...of, charge: name });
  }

  /** A refund of a charge at Stripe, and its parts by sale. */
  refund(at: string, name: string, of: { charge: string; parts: Readonly<Record<string, string>> }): void {
    const parts = Object.entries(of.parts);
    const amount_minor = parts.reduce((sum, [, amount]) => sum + decimalToMinor(amount, 'EUR'), 0n);
    const refund_id_stripe = `re_demo_${name}`;
    const given = { id: refund_id_stripe, charge: `ch_demo_${of.charge}`, amount_minor, created_at_ms: Date.parse(at) };
    this.stripe('refund', given, at);
    for (const [sale, amount] of parts) {
      this.event(at, licenseRefunded, {
        ...{ refund_id: `ref_demo_${sale}`, sale_id: `sale_demo_${sale}`, developer_id: BUYER },
        ...{ amount, tax_amount: '0.00', currency: 'EUR', refund_id_stripe },
      });
    }
  }

  lostDispute(name: string, { opened, closed, amount }: { opened: string; closed: string; amount: string }): void {
    const dispute_id_stripe = `dp_demo_${name}`;
    const about = { dispute_id: `dis_demo_${name}`, sale_id: `sale_demo_${name}`, developer_id: BUYER };
    const amount_minor = decimalToMinor(amount, 'EUR');
    const given = { id: dispute_id_stripe, charge: `ch_demo_${name}`, amount_minor, status: 'needs_response' };
    this.stripe('dispute', { ...given, created_at_ms: Date.parse(opened) }, opened);
    this.event(opened, disputeOpened, { ...about, amount, tax_amount: '0.00', currency: 'EUR', dispute_id_stripe });
    this.stripe('closeDispute', { id: dispute_id_stripe, won: false, at_ms: Date.parse(closed) }, closed);
    this.event(closed, disputeClosed, { ...about, dispute_outcome: 'lost' });
  }

  use(at: string, name: string, of: { asset: string; units: string }): void {
    const use = { use_id: `use_demo_${name}`, asset_id: `asset_demo_${of.asset}`, developer_id: BUYER };
    this.event(at, assetUsed, { ...use, units: of.units, usage_right: 'ai-train' });
  }
}

const LETTERS = { asset: 'letters', amount: '24.00' };

/** December 2025: what January corrects, and the sale that January refunds. */
export function casesBefore(): readonly Act[] {
  const story = new Story('before');
  story.creator(INES, 'Inês Duarte');
  story.creator(JUN, 'Jun Satō');
  story.asset('letters', 'Letters from the harbour');
  story.asset('title', '1984-01-01');
  story.asset('given', 'Field notes, volume two');
  story.asset('withdrawn', 'Recipes of the coast');
  story.asset('revoked', 'Voices of the market');
  const consent = { consent_receipt_id: 'consent_demo', creator_id: INES, asset_id: 'asset_demo_revoked' };
  const granted = { ...consent, usage_right: 'ai-train', consent_hash: sha256Hex('consent_demo') };
  story.event('2025-11-04T09:00:00Z', consentGranted, granted);
  story.charged('2025-12-03T10:00:00Z', 'debit', LETTERS);
  story.use('2025-12-04T10:00:00Z', 'loop', { asset: 'letters', units: '5000' });
  story.charged('2025-12-05T10:00:00Z', 'bank', LETTERS);
  story.refund('2025-12-06T10:00:00Z', 'bank', { charge: 'bank', parts: { bank: '24.00' } });
  story.charged('2025-12-07T10:00:00Z', 'appeal', LETTERS);
  const dispute = { opened: '2025-12-09T10:00:00Z', closed: '2025-12-20T10:00:00Z', amount: '24.00' };
  story.lostDispute('appeal', dispute);
  story.charged('2025-12-28T10:00:00Z', 'old', LETTERS);
  return story.acts;
}

/** January 2026. */
export function casesDuring(): readonly Act[] {
  const story = new Story('during');
  story.refund('2026-01-03T10:00:00Z', 'old', { charge: 'old', parts: { old: '24.00' } });
  story.charge('2026-01-04T10:00:00Z', 'cart', '48.00');
  story.sale('2026-01-04T10:00:00Z', 'cart_1', { ...LETTERS, charge: 'cart' });
  story.sale('2026-01-04T10:00:00Z', 'cart_2', { ...LETTERS, charge: 'cart' });
  story.refund('2026-01-06T10:00:00Z', 'cart', { charge: 'cart', parts: { cart_1: '12.00', cart_2: '12.00' } });
  story.sale('2026-01-07T10:00:00Z', 'free', { asset: 'letters', amount: '0.00' });
  story.charged('2026-01-08T10:00:00Z', 'title', { asset: 'title', amount: '24.00' });
  story.sale('2026-01-09T10:00:00Z', 'missing', { ...LETTERS, charge: 'missing' });
  story.charged('2026-01-10T10:00:00Z', 'report', LETTERS);
  story.sale('2026-01-10T10:00:01Z', 'report', { asset: 'letters', amount: '42.00', charge: 'report' });
  story.use('2026-01-10T11:00:00Z', 'report', { asset: 'title', units: '100' });
  story.use('2026-01-10T11:00:01Z', 'report', { asset: 'title', units: '10' });

  story.use('2026-01-05T10:00:00Z', 'before_revocation', { asset: 'revoked', units: '100' });
  const consent = { consent_receipt_id: 'consent_demo', creator_id: INES, asset_id: 'asset_demo_revoked' };
  story.event('2026-01-11T10:00:00Z', consentRevoked, consent);
  story.use('2026-01-12T10:00:00Z', 'after_revocation', { asset: 'revoked', units: '100' });
  story.use('2026-01-05T10:00:00Z', 'before_withdrawal', { asset: 'withdrawn', units: '100' });
  story.event('2026-01-11T10:00:00Z', assetWithdrawn, { asset_id: 'asset_demo_withdrawn', creator_id: INES });
  story.use('2026-01-12T10:00:00Z', 'after_withdrawal', { asset: 'withdrawn', units: '100' });

  story.charged('2026-01-13T10:00:00Z', 'given_1', { asset: 'given', amount: '24.00' });
  const transfer = { asset_id: 'asset_demo_given', creator_id: INES, owner_id: JUN, reason: 'Sold to Jun.' };
  story.event('2026-01-14T10:00:00Z', assetTransferred, transfer);
  story.publish('2026-01-14T11:00:00Z', 'given', { creator_id: JUN, license_type: 'one_time', rate: '30.00' });
  story.charged('2026-01-15T10:00:00Z', 'given_2', { asset: 'given', amount: '30.00' });
  const at_ms = Date.parse('2026-01-19T10:00:00Z');
  story.stripe('failCharge', { id: 'ch_demo_debit', at_ms }, '2026-01-19T10:00:00Z');
  story.stripe('failRefund', { id: 're_demo_bank', at_ms }, '2026-01-19T10:00:00Z');
  story.stripe('winAppeal', { id: 'dp_demo_appeal', at_ms }, '2026-01-19T10:00:00Z');
  return story.acts;
}

/** What Stripe has only after the closing: the charge of a sale of January. */
export function casesAfter(): readonly Act[] {
  const story = new Story('after');
  story.charge('2026-02-01T06:00:00Z', 'missing', '24.00');
  return story.acts;
}

/** The corrections of January: the first of finance proposes each, the second approves it. */
export const CASE_CORRECTIONS = [
  {
    ...{ corrected_kind: 'sale', corrected_id: 'sale_demo_debit', reference: 'ch_demo_debit' },
    reason: 'The bank debit of the buyer was returned.',
  },
  {
    ...{ corrected_kind: 'use', corrected_id: 'use_demo_loop', units: '4000', reference: 'ticket 102' },
    reason: 'A loop in the buyer’s program counted 4,000 units too many.',
  },
  {
    ...{ corrected_kind: 'refund', corrected_id: 'ref_demo_bank', reference: 're_demo_bank' },
    reason: 'The refund failed at the bank, and the money came back.',
  },
  {
    ...{ corrected_kind: 'dispute', corrected_id: 'dis_demo_appeal', reference: 'dp_demo_appeal' },
    reason: 'The dispute was won on appeal.',
  },
  {
    ...{ corrected_kind: 'balance', corrected_id: INES, amount: '12.50', currency: 'EUR', reference: 'contract 7' },
    reason: 'The bonus for the December campaign was forgotten.',
  },
] as const;
