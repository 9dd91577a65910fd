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
  /** The consents of its creator. */
  readonly usage_rights: readonly string[];
  /** In time order. */
  readonly terms: readonly Terms[];
  /** When it is withdrawn, or its consent revoked. */
  readonly until_ms: number;
}

/** The terms of an asset for a licence type at an instant, if it can be licensed. */
export function termsInForce(asset: Asset, license_type: LicenseType, at_ms: number): Terms | undefined {
  if (at_ms >= asset.until_ms) return undefined;
  return asset.terms.findLast((terms) => terms.license_type === license_type && terms.from_ms <= at_ms);
}

/** The ordinal of an asset, from 0, and its holders. */
interface Origin {
  readonly ordinal: number;
  readonly owner: Creator;
  /** Draws possible co-holders. */
  readonly other: (random: Random) => Creator;
}

/** Adds an asset before the period: upload, consent, publication; for some, new terms or an end. */
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

/** The first asset has every licence type, so that even the smallest marketplace has each of them. */
function licenseTypesOf(random: Random, ordinal: number): LicenseType[] {
  const types: LicenseType[] = [];
  if (ordinal === 0 || random.chance(0.6)) types.push('one_time');
  if (ordinal === 0 || random.chance(0.25)) types.push('subscription');
  if (types.length === 0 || random.chance(0.75)) types.push('metered');
  return types;
}

/** Returns the usage right of each consent, by the id of its receipt. */
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

/** Changes the rate, the holders, or both in the middle of the period. */
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

/** Of every sixty assets, one is withdrawn and one has its consents revoked; returns when its use ends. */
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
