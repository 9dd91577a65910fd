import { assetPublished, assetUploaded } from '../../ingest/events/assets.ts';
import { creatorKycCompleted, creatorPayoutAccountUpdated, creatorSignedUp } from '../../ingest/events/creators.ts';
import { disputeOpened, licensePurchased, licenseRefunded } from '../../ingest/events/sales.ts';
import { stripeAmountOf } from '../../ingest/stripe/amounts.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import { catalogueEvent, type Message } from '../ingest/load/receipts.ts';
import type { LocalStripe } from '../support/stripe/local-stripe.ts';
import type { TestServices } from './test-services.ts';

/** One creator with one asset and its sales in January 2026. The platform fee is 20 %. */
export interface CreatorFixture {
  readonly name: string;
  readonly currency: string;
  /** What each buyer paid, without tax. */
  readonly sales: readonly string[];
  /** The amount refunded of the first sale. */
  readonly refund?: string;
  readonly disputed?: boolean;
  readonly verified?: boolean;
  /** The status of the connected account; undefined without one. */
  readonly account?: 'active' | 'restricted' | undefined;
}

const READY = { verified: true, account: 'active' } as const;

/** The creators who are paid for January 2026, and their amounts: ben's 79.984 is rounded down and the fraction carried. */
export const PAYABLE: readonly CreatorFixture[] = [
  { ...READY, name: 'ada', currency: 'USD', sales: ['100.00'] },
  { ...READY, name: 'ben', currency: 'USD', sales: ['49.99', '49.99'] },
  { ...READY, name: 'cai', currency: 'EUR', sales: ['200.00'] },
];
export const PAID: Readonly<Record<string, bigint>> = { cr_ada: 80_00n, cr_ben: 79_98n, cr_cai: 160_00n };

/** The creators who are not paid, by reason. */
export const UNPAID: Readonly<Record<string, CreatorFixture>> = {
  below_minimum: { ...READY, name: 'eve', currency: 'USD', sales: ['10.00'] },
  identity_not_verified: { ...READY, name: 'fay', currency: 'USD', sales: ['100.00'], verified: false },
  payout_account_missing: { ...READY, name: 'gil', currency: 'USD', sales: ['100.00'], account: undefined },
  payout_account_not_active: { ...READY, name: 'hal', currency: 'USD', sales: ['100.00'], account: 'restricted' },
  frozen_by_dispute: { ...READY, name: 'ida', currency: 'USD', sales: ['100.00'], disputed: true },
  nothing_owed: { ...READY, name: 'joe', currency: 'USD', sales: ['100.00'], refund: '100.00' },
};

/** The events of a creator before 2026: sign-up, identity check, account and asset. */
export function creatorEvents({ name, currency, verified, account }: CreatorFixture): Message[] {
  const creator_id = `cr_${name}`;
  const asset_id = `asset_${name}`;
  const at = (hour: number): string => `2025-12-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
  return [
    catalogueEvent(creatorSignedUp, at(1), { creator_id, creator_name: name, country: 'DE' }),
    ...(verified ? [catalogueEvent(creatorKycCompleted, at(2), { creator_id, kyc_status: 'verified' })] : []),
    ...(account ? [accountUpdated(name, { status: account, at: at(3) })] : []),
    catalogueEvent(assetUploaded, at(4), {
      asset_id,
      creator_id,
      asset_title: `The ${name}`,
      media_type: 'image',
      asset_digest: '0'.repeat(64),
    }),
    published({ asset_id, creator_id, terms_id: `terms_${name}`, currency, at: at(5) }),
  ];
}

export function accountUpdated(
  name: string,
  { account = `acct_${name}`, status = 'active', at }: { account?: string; status?: string; at: string },
): Message {
  return catalogueEvent(creatorPayoutAccountUpdated, at, {
    creator_id: `cr_${name}`,
    account_id_stripe: account,
    account_status: status,
  });
}

/** One-time terms of an asset, all for one creator, from the beginning of January unless `at` says more. */
export function published({
  currency = 'USD',
  at = '2026-01-01T00:00:00.000Z',
  ...terms
}: {
  asset_id: string;
  creator_id: string;
  terms_id: string;
  currency?: string;
  at?: string;
}): Message {
  const splits = [{ creator_id: terms.creator_id, share_bps: 10_000 }];
  return catalogueEvent(assetPublished, at, { ...terms, license_type: 'one_time', rate: '100', currency, splits });
}

export interface Movement {
  readonly id: string;
  /** Without tax. */
  readonly amount: string;
  readonly currency?: string;
  readonly at?: string;
}

const SOLD_AT = '2026-01-15T12:00:00.000Z';
const REFUNDED_AT = '2026-01-20T12:00:00.000Z';

/** A sale in our events only; `charge` is that of Stripe, and null for what was free. */
export function purchased({
  id,
  amount,
  currency = 'USD',
  at = SOLD_AT,
  asset_id,
  charge = `ch_${id}`,
}: Movement & { asset_id: string; charge?: string | null }): Message {
  return catalogueEvent(licensePurchased, at, {
    license_id: `lic_${id}`,
    sale_id: `sale_${id}`,
    asset_id,
    developer_id: 'dev_x',
    amount,
    tax_amount: '0',
    currency,
    ...(charge !== null && { charge_id_stripe: charge }),
  });
}

/** The charge of a sale, at Stripe only. */
export function charged(stripe: LocalStripe, { id, amount, currency = 'USD', at = SOLD_AT }: Movement): void {
  stripe.charge({
    id: `ch_${id}`,
    amount_minor: stripeAmount(amount, currency),
    currency: currency.toLowerCase(),
    created_at_ms: Date.parse(at),
  });
}

/** A refund of the sale of the same id, in our events only; `refund` is that of Stripe. */
export function refunded({
  id,
  amount,
  currency = 'USD',
  at = REFUNDED_AT,
  refund = `re_${id}`,
}: Movement & { refund?: string }): Message {
  return catalogueEvent(licenseRefunded, at, {
    refund_id: `ref_${id}`,
    sale_id: `sale_${id}`,
    developer_id: 'dev_x',
    amount,
    tax_amount: '0',
    currency,
    refund_id_stripe: refund,
  });
}

/** A sale of a creator's asset: the event, and the charge at Stripe. */
export function sale(
  { name, currency }: CreatorFixture,
  { stripe, ...sold }: Movement & { stripe: LocalStripe },
): Message {
  charged(stripe, { currency, ...sold });
  return purchased({ currency, ...sold, asset_id: `asset_${name}` });
}

/** A refund of a sale, in our events and at Stripe. */
export function refund({ currency }: CreatorFixture, { stripe, ...back }: Movement & { stripe: LocalStripe }): Message {
  const { id, amount, at = REFUNDED_AT } = back;
  stripe.refund({
    id: `re_${id}`,
    charge: `ch_${id}`,
    amount_minor: stripeAmount(amount, currency),
    created_at_ms: Date.parse(at),
  });
  return refunded({ currency, ...back });
}

/** In Stripe's own units, which must be able to express it. */
function stripeAmount(amount: string, currency: string): number {
  return requirePresent(stripeAmountOf(decimalToMinor(amount, currency), currency), `${amount} ${currency} at Stripe.`);
}

/** Records January as the gateway would: its events wait in the spool, and what belongs to them is at Stripe. */
export async function recordJanuary({ recordEvents, stripe }: TestServices, fixtures = PAYABLE): Promise<void> {
  await recordEvents(...january(fixtures, stripe));
}

/** The January events of these creators; the matching records are made in the local Stripe. */
export function january(fixtures: readonly CreatorFixture[], stripe: LocalStripe): Message[] {
  return fixtures.flatMap((fixture) => {
    const { name, sales, disputed } = fixture;
    openAccount(fixture, stripe);
    const first = `${name}_0`;
    const events = sales.map((amount, index) =>
      sale(fixture, { id: `${name}_${index}`, amount, at: `2026-01-1${index}T12:00:00.000Z`, stripe }),
    );
    if (fixture.refund) events.push(refund(fixture, { id: first, amount: fixture.refund, stripe }));
    if (disputed) events.push(dispute(fixture, { id: first, amount: sales[0] ?? '', stripe }));
    return [...creatorEvents(fixture), ...events];
  });
}

export function openAccount({ name, account }: CreatorFixture, stripe: LocalStripe): void {
  const enabled = account === 'active';
  if (account)
    stripe.account({
      ...{ id: `acct_${name}`, country: 'DE', default_currency: 'eur' },
      ...{ transfers_enabled: enabled, payouts_enabled: enabled },
    });
}

function dispute(
  { currency }: CreatorFixture,
  { id, amount, stripe }: { id: string; amount: string; stripe: LocalStripe },
): Message {
  const at = '2026-01-25T12:00:00.000Z';
  stripe.dispute({
    id: `dp_${id}`,
    charge: `ch_${id}`,
    amount_minor: stripeAmount(amount, currency),
    created_at_ms: Date.parse(at),
    status: 'needs_response',
  });
  return catalogueEvent(disputeOpened, at, {
    dispute_id: `dis_${id}`,
    sale_id: `sale_${id}`,
    developer_id: 'dev_x',
    amount,
    tax_amount: '0',
    currency,
    dispute_id_stripe: `dp_${id}`,
  });
}
