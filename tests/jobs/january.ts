import { assetPublished, assetUploaded } from '../../ingest/events/assets.ts';
import { creatorKycCompleted, creatorPayoutAccountUpdated, creatorSignedUp } from '../../ingest/events/creators.ts';
import { disputeOpened, licensePurchased, licenseRefunded } from '../../ingest/events/sales.ts';
import { stripeAmountOf } from '../../ingest/stripe/amounts.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import { catalogueEvent, type Message } from '../ingest/load/receipts.ts';
import type { LocalStripe } from '../support/stripe/local-stripe.ts';

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
  const splits = [{ creator_id, share_bps: 10_000 }];
  return [
    catalogueEvent(creatorSignedUp, at(1), { creator_id, creator_name: name, country: 'DE' }),
    ...(verified ? [catalogueEvent(creatorKycCompleted, at(2), { creator_id, kyc_status: 'verified' })] : []),
    ...(account ? [accountUpdated(name, account, at(3))] : []),
    catalogueEvent(assetUploaded, at(4), {
      asset_id,
      creator_id,
      asset_title: `The ${name}`,
      media_type: 'image',
      asset_digest: '0'.repeat(64),
    }),
    catalogueEvent(assetPublished, at(5), {
      asset_id,
      creator_id,
      terms_id: `terms_${name}`,
      license_type: 'one_time',
      rate: '100',
      currency,
      splits,
    }),
  ];
}

export function accountUpdated(name: string, account_status: string, at: string): Message {
  return catalogueEvent(creatorPayoutAccountUpdated, at, {
    creator_id: `cr_${name}`,
    account_id_stripe: `acct_${name}`,
    account_status,
  });
}

/** A sale of a creator's asset: the event, and the charge at Stripe. */
export function sale(
  { name, currency }: CreatorFixture,
  { id, amount, at, stripe }: { id: string; amount: string; at: string; stripe: LocalStripe },
): Message {
  const minor = decimalToMinor(amount, currency);
  stripe.charge({
    id: `ch_${id}`,
    amount_minor: stripeAmountOf(minor, currency) ?? minor,
    currency: currency.toLowerCase(),
    created_at_ms: Date.parse(at),
  });
  return catalogueEvent(licensePurchased, at, {
    license_id: `lic_${id}`,
    sale_id: `sale_${id}`,
    asset_id: `asset_${name}`,
    developer_id: 'dev_x',
    amount,
    tax_amount: '0',
    currency,
    charge_id_stripe: `ch_${id}`,
  });
}

/** A refund of a sale, in our events and at Stripe. */
export function refund(
  { currency }: CreatorFixture,
  { id, amount, at, stripe }: { id: string; amount: string; at: string; stripe: LocalStripe },
): Message {
  stripe.refund({
    id: `re_${id}`,
    charge: `ch_${id}`,
    amount_minor: decimalToMinor(amount, currency),
    created_at_ms: Date.parse(at),
  });
  return catalogueEvent(licenseRefunded, at, {
    refund_id: `ref_${id}`,
    sale_id: `sale_${id}`,
    developer_id: 'dev_x',
    amount,
    tax_amount: '0',
    currency,
    refund_id_stripe: `re_${id}`,
  });
}

/** The January events of these creators; the matching records are made in the local Stripe. */
export function january(fixtures: readonly CreatorFixture[], stripe: LocalStripe): Message[] {
  return fixtures.flatMap((fixture) => {
    const { name, currency, sales, disputed } = fixture;
    openAccount(fixture, stripe);
    const first = `${name}_0`;
    const events = sales.map((amount, index) =>
      sale(fixture, { id: `${name}_${index}`, amount, at: `2026-01-1${index}T12:00:00.000Z`, stripe }),
    );
    if (fixture.refund)
      events.push(refund(fixture, { id: first, amount: fixture.refund, at: '2026-01-20T12:00:00.000Z', stripe }));
    if (disputed) events.push(dispute({ id: first, amount: sales[0] ?? '', currency, stripe }));
    return [...creatorEvents(fixture), ...events];
  });
}

export function openAccount({ name, account }: CreatorFixture, stripe: LocalStripe): void {
  const enabled = account === 'active';
  if (account)
    stripe.account({ id: `acct_${name}`, country: 'DE', transfers_enabled: enabled, payouts_enabled: enabled });
}

function dispute({
  id,
  amount,
  currency,
  stripe,
}: {
  id: string;
  amount: string;
  currency: string;
  stripe: LocalStripe;
}): Message {
  const at = '2026-01-25T12:00:00.000Z';
  const amount_minor = decimalToMinor(amount, currency);
  stripe.dispute({
    id: `dp_${id}`,
    charge: `ch_${id}`,
    amount_minor,
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
