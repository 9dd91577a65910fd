import { assetPublished } from '../../../ingest/events/assets.ts';
import { decimalOf, minorToDecimal } from '../../../warehouse/money.ts';
import type { LicenseType, Split } from '../../../warehouse/vocabulary/terms.ts';
import type { Chronicle } from './chronicle.ts';
import type { Creator } from './people.ts';
import type { Random } from './prng.ts';

/** Both currencies have two decimal places. */
export const NANOS_PER_MINOR = 10n ** 7n;
const SHARES = [
  [3333, 3333, 3334],
  [7001, 2999],
  [5000, 5000],
  [9999, 1],
  [2500, 2500, 2500, 2500],
  [2001, 1999, 2003, 1997, 2000],
  [6667, 3333],
  [4999, 2501, 2500],
];

/** The terms of an asset for one licence type, from one instant on. */
export interface Terms {
  readonly terms_id: string;
  readonly license_type: LicenseType;
  readonly rate_nanos: bigint;
  readonly currency: string;
  readonly splits: readonly Split[];
  readonly from_ms: number;
}

/** Terms to be published, without their id and start. */
export type Offer = Omit<Terms, 'terms_id' | 'from_ms'>;

/** Publishes an asset's terms: they apply from this instant. */
export function publish(
  chronicle: Chronicle,
  offer: Offer,
  asset: { asset_id: string; creator_id: string; at_ms: number },
): Terms {
  const { license_type, rate_nanos, currency, splits } = offer;
  const { asset_id, creator_id, at_ms } = asset;
  const terms_id = chronicle.id('terms');
  const rate =
    license_type === 'metered' ? decimalOf(rate_nanos) : minorToDecimal(rate_nanos / NANOS_PER_MINOR, currency);
  chronicle.record(
    assetPublished,
    { occurred_at_ms: at_ms },
    { asset_id, creator_id, terms_id, license_type, rate, currency, splits },
  );
  return { ...offer, terms_id, from_ms: at_ms };
}

/** A rate for a licence type, in 10⁻⁹: whole minor units, except for metered use. */
export function inventRate(random: Random, license_type: LicenseType): bigint {
  if (license_type === 'metered') {
    const places = random.pick([4, 4, 4, 5, 6, 7]);
    return BigInt(Math.round(random.logBetween(0.0004, 0.02) * 10 ** places)) * 10n ** BigInt(9 - places);
  }
  const [low, high] = license_type === 'one_time' ? [19, 899] : [9, 98];
  const whole = BigInt(Math.round(random.logBetween(low, high)));
  return (whole * 100n + random.pick([0n, 0n, 0n, 50n, 99n])) * NANOS_PER_MINOR;
}

/** Splits the royalties among an asset's owner and co-holders, with awkward shares. */
export function inventSplits(random: Random, owner: Creator, other: (random: Random) => Creator): HeldSplits {
  const shares = random.pick(SHARES);
  const holders = new Set([owner]);
  // In a small marketplace the same few are drawn repeatedly; then the owner is the only holder.
  for (let draws = 0; draws < 50 && holders.size < shares.length; draws++) holders.add(other(random));
  if (holders.size < shares.length) return soleSplit(owner);
  const splits = [...holders].map(({ creator_id }, index) => ({ creator_id, share_bps: shares[index] ?? 0 }));
  return { splits, since_ms: Math.max(...[...holders].map(({ signed_up_at_ms }) => signed_up_at_ms)) };
}

/** Splits, and since when all holders exist. */
interface HeldSplits {
  readonly splits: readonly Split[];
  readonly since_ms: number;
}

export function soleSplit({ creator_id, signed_up_at_ms }: Creator): HeldSplits {
  return { splits: [{ creator_id, share_bps: 10000 }], since_ms: signed_up_at_ms };
}
