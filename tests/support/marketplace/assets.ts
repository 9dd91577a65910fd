import { assetUploaded, assetWithdrawn, consentGranted, consentRevoked } from '../../../ingest/events/assets.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import type { LicenseType } from '../../../warehouse/vocabulary/terms.ts';
import { type Chronicle, DAY, HOUR } from './chronicle.ts';
import { assetTitle } from './names.ts';
import type { Creator } from './people.ts';
import type { Random } from './prng.ts';
import { inventRate, inventSplits, publish, soleSplit, type Terms } from './terms.ts';

const MEDIA_TYPES = ['text', 'image', 'audio', 'video', 'dataset'];
const USAGE_RIGHTS = ['ai-train', 'ai-train', 'ai-input', 'ai-index', 'search'];

export interface Asset {
  readonly asset_id: string;
  /** The usage rights that its creator consented to. */
  readonly usage_rights: readonly string[];
  /** In time order. */
  readonly terms: readonly Terms[];
  /** The instant from which it is withdrawn or has no consent. */
  readonly until_ms: number;
}

/** The terms under which an asset can be licensed at an instant; undefined if it cannot. */
export function termsInForce(asset: Asset, license_type: LicenseType, at_ms: number): Terms | undefined {
  if (at_ms >= asset.until_ms) return undefined;
  return asset.terms.findLast((terms) => terms.license_type === license_type && terms.from_ms <= at_ms);
}

/** An asset's ordinal, counted from 0, and its holders. */
interface Origin {
  readonly ordinal: number;
  readonly owner: Creator;
  /** Draws the creators who may hold a share of it. */
  readonly other: (random: Random) => Creator;
}

/** Registers an asset before the period: upload, consent and publication; for some also new terms or a withdrawal. */
export function bringAsset(chronicle: Chronicle, { ordinal, owner, other }: Origin): Asset {
  const { random, start_ms } = chronicle;
  const { creator_id, currency } = owner;
  const asset_id = chronicle.id('asset');
  const { splits, since_ms } = random.chance(0.25) ? inventSplits(random, owner, other) : soleSplit(owner);

  const uploaded_at_ms = random.between(since_ms + HOUR, start_ms - 20 * DAY);
  chronicle.record(
    assetUploaded,
    { occurred_at_ms: uploaded_at_ms },
    {
      asset_id,
      creator_id,
      asset_title: assetTitle(random, ordinal),
      media_type: random.pick(MEDIA_TYPES),
      asset_digest: `sha256:${sha256Hex(asset_id)}`,
    },
  );
  const consents = giveConsents(chronicle, { asset_id, creator_id, at_ms: uploaded_at_ms });

  const at_ms = uploaded_at_ms + random.between(6 * DAY, 14 * DAY);
  const terms = licenseTypesOf(random, ordinal).map((license_type) =>
    publish(
      chronicle,
      { license_type, rate_nanos: inventRate(random, license_type), currency, splits },
      { asset_id, creator_id, at_ms },
    ),
  );
  const again = ordinal % 20 === 3 ? publishAgain(chronicle, terms, { asset_id, owner, other }) : [];
  const until_ms = end(chronicle, ordinal, { asset_id, creator_id, consents: [...consents.keys()] });
  return { asset_id, usage_rights: [...consents.values()], terms: [...terms, ...again], until_ms };
}

/** The first asset has every licence type, so that even the smallest marketplace has one of each. */
function licenseTypesOf(random: Random, ordinal: number): LicenseType[] {
  const types: LicenseType[] = [];
  if (ordinal === 0 || random.chance(0.6)) types.push('one_time');
  if (ordinal === 0 || random.chance(0.25)) types.push('subscription');
  if (types.length === 0 || random.chance(0.75)) types.push('metered');
  return types;
}

/** The usage right of each consent, by the id of its receipt. */
function giveConsents(
  chronicle: Chronicle,
  { asset_id, creator_id, at_ms }: { asset_id: string; creator_id: string; at_ms: number },
): Map<string, string> {
  const { random } = chronicle;
  const rights = new Set([random.pick(USAGE_RIGHTS), random.pick(USAGE_RIGHTS)]);
  const consents = new Map([...rights].map((usage_right) => [chronicle.id('consent'), usage_right]));
  for (const [consent_receipt_id, usage_right] of consents) {
    chronicle.record(
      consentGranted,
      { occurred_at_ms: at_ms + random.between(HOUR, 5 * DAY) },
      { consent_receipt_id, creator_id, asset_id, usage_right, consent_hash: sha256Hex(consent_receipt_id) },
    );
  }
  return consents;
}

/** Gives an asset another rate, other holders, or both in the middle of the period. */
function publishAgain(
  chronicle: Chronicle,
  terms: readonly Terms[],
  { asset_id, owner, other }: { asset_id: string; owner: Creator; other: (random: Random) => Creator },
): Terms[] {
  const { random, start_ms } = chronicle;
  const at_ms = random.between(start_ms + 8 * DAY, start_ms + 22 * DAY);
  const changed = random.pick(['rate', 'splits', 'both']);
  const held = changed === 'rate' ? undefined : inventSplits(random, owner, other);
  return terms.map(({ license_type, rate_nanos, currency, splits }) => {
    const rate = changed === 'splits' ? rate_nanos : inventRate(random, license_type);
    const offer = { license_type, rate_nanos: rate, currency, splits: held?.splits ?? splits };
    return publish(chronicle, offer, { asset_id, creator_id: owner.creator_id, at_ms });
  });
}

/** Of every sixty assets one is withdrawn and one loses its consents. Returns the instant from which it must not be used. */
function end(
  chronicle: Chronicle,
  ordinal: number,
  { asset_id, creator_id, consents }: { asset_id: string; creator_id: string; consents: readonly string[] },
): number {
  const { random, start_ms, end_ms } = chronicle;
  const occurred_at_ms = random.between(start_ms - 4 * DAY, end_ms - DAY);
  if (ordinal % 60 === 7) {
    chronicle.record(assetWithdrawn, { occurred_at_ms }, { asset_id, creator_id, reason: 'exclusive elsewhere' });
  } else if (ordinal % 60 === 11) {
    for (const consent_receipt_id of consents) {
      chronicle.record(consentRevoked, { occurred_at_ms }, { consent_receipt_id, creator_id, asset_id });
    }
  } else {
    return Number.POSITIVE_INFINITY;
  }
  return occurred_at_ms;
}
