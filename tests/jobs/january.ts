import { assetPublished, assetUploaded } from '../../ingest/events/assets.ts';
import { creatorKycCompleted, creatorPayoutAccountUpdated, creatorSignedUp } from '../../ingest/events/creators.ts';
import { disputeOpened, licensePurchased, licenseRefunded } from '../../ingest/events/sales.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import { catalogueEvent, type Message } from '../ingest/load/receipts.ts';
import type { LocalStripe } from '../support/stripe/local-stripe.ts';

/** One creator, one asset, and what happened to it. The platform keeps a fifth. */
export interface Story {
  readonly name: string;
  readonly currency: string;
  /** What each buyer paid, without tax. */
  readonly sales: readonly string[];
  /** What was given back of the first sale. */
  readonly refund?: string;
  readonly disputed?: boolean;
  readonly verified?: boolean;
  /** The state of the connected account; none where there is none. */
  readonly account?: 'active' | 'restricted' | undefined;
}

const GOOD = { verified: true, account: 'active' } as const;

/** Everyone who is paid for January 2026, and what: ben's 79.984 is rounded down and the rest carried. */
export const PAYABLE: readonly Story[] = [
  { ...GOOD, name: 'ada', currency: 'USD', sales: ['100.00'] },
  { ...GOOD, name: 'ben', currency: 'USD', sales: ['49.99', '49.99'] },
  { ...GOOD, name: 'cai', currency: 'EUR', sales: ['200.00'] },
];
export const PAID: Readonly<Record<string, bigint>> = { cr_ada: 80_00n, cr_ben: 79_98n, cr_cai: 160_00n };

/** Everyone who is not, each with the reason. */
export const UNPAID: Readonly<Record<string, Story>> = {
  below_minimum: { ...GOOD, name: 'eve', currency: 'USD', sales: ['10.00'] },
  identity_not_verified: { ...GOOD, name: 'fay', currency: 'USD', sales: ['100.00'], verified: false },
  payout_account_missing: { ...GOOD, name: 'gil', currency: 'USD', sales: ['100.00'], account: undefined },
  payout_account_not_active: { ...GOOD, name: 'hal', currency: 'USD', sales: ['100.00'], account: 'restricted' },
  frozen_by_dispute: { ...GOOD, name: 'ida', currency: 'USD', sales: ['100.00'], disputed: true },
  nothing_owed: { ...GOOD, name: 'joe', currency: 'USD', sales: ['100.00'], refund: '100.00' },
};

/** What became known of a creator before 2026. */
export function arrival({ name, currency, verified, account }: Story): Message[] {
  const creator_id = `cr_${name}`;
  const asset_id = `asset_${name}`;
  const at = (hour: number): string => `2025-12-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const splits = [{ creator_id, share_bps: 10_000 }];
  return [
    catalogueEvent(creatorSignedUp, at(1), { creator_id, creator_name: name, country: 'DE' }),
    ...(verified ? [catalogueEvent(creatorKycCompleted, at(2), { creator_id, kyc_status: 'verified' })] : []),
    ...(account ? [accountIs(name, account, at(3))] : []),
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

export function accountIs(name: string, account_status: string, at: string): Message {
  return catalogueEvent(creatorPayoutAccountUpdated, at, {
    creator_id: `cr_${name}`,
    account_id_stripe: `acct_${name}`,
    account_status,
  });
}

/** A sale of a creator's asset: the event, and the charge at Stripe. */
export function sale(
  { name, currency }: Story,
  { id, amount, at, stripe }: { id: string; amount: string; at: string; stripe: LocalStripe },
): Message {
  stripe.charge({
    id: `ch_${id}`,
    amount_minor: decimalToMinor(amount, currency),
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
  { currency }: Story,
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

/** January of these creators, with Stripe's part of it. */
export function january(stories: readonly Story[], stripe: LocalStripe): Message[] {
  return stories.flatMap((story) => {
    const { name, currency, sales, disputed } = story;
    openAccount(story, stripe);
    const first = `${name}_0`;
    const happened = sales.map((amount, index) =>
      sale(story, { id: `${name}_${index}`, amount, at: `2026-01-1${index}T12:00:00.000Z`, stripe }),
    );
    if (story.refund)
      happened.push(refund(story, { id: first, amount: story.refund, at: '2026-01-20T12:00:00.000Z', stripe }));
    if (disputed) happened.push(dispute({ id: first, amount: sales[0] ?? '', currency, stripe }));
    return [...arrival(story), ...happened];
  });
}

export function openAccount({ name, account }: Story, stripe: LocalStripe): void {
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
