import { requirePresent } from '../../../warehouse/invariant.ts';
import { LICENSE_TYPES, type LicenseType } from '../../../warehouse/vocabulary/terms.ts';
import { type Asset, bringAsset, termsInForce } from './assets.ts';
import type { Chronicle } from './chronicle.ts';
import { type Creator, type Developer, signUpCreator, signUpDeveloper } from './people.ts';
import { type Random, weighted, zipf } from './prng.ts';
import type { Terms } from './terms.ts';

export interface Population {
  readonly creators: number;
  readonly assets: number;
  readonly developers: number;
}

/** The people and assets at the start of the period, and draws from them: few are drawn often. */
export interface Market {
  readonly assets: readonly Asset[];
  readonly developer: (random: Random) => Developer;
  /** An asset that can be licensed with this licence type at this instant, with the terms in force. */
  offer(license_type: LicenseType, at_ms: number): Offered;
}

interface Offered {
  readonly asset: Asset;
  readonly terms: Terms;
}

/** Fills the marketplace before the period. */
export function openMarket(chronicle: Chronicle, population: Population): Market {
  const { random } = chronicle;
  const creators: Creator[] = Array.from({ length: population.creators }, () => signUpCreator(chronicle));
  const creator = weighted(creators, zipf(creators.length, 1.1));
  const assets = Array.from({ length: population.assets }, (_, ordinal) =>
    bringAsset(chronicle, { ordinal, owner: creators[ordinal] ?? creator(random), other: creator }),
  );
  const developers = Array.from({ length: population.developers }, (_, ordinal) => signUpDeveloper(chronicle, ordinal));
  return {
    assets,
    developer: weighted(developers, developerWeights(developers.length)),
    offer: offers(random, assets),
  };
}

/** The last tenth of the developers only try the marketplace, for less than the minimum charge. */
function developerWeights(count: number): number[] {
  return zipf(count, 1.2).map((weight, rank) => (rank >= count * 0.9 ? weight / 20 : weight));
}

function offers(random: Random, assets: readonly Asset[]): Market['offer'] {
  const weights = zipf(assets.length, 0.95);
  const shelves = new Map(
    LICENSE_TYPES.map((license_type) => {
      const has = assets.map(({ terms }) => terms.some((term) => term.license_type === license_type));
      return [
        license_type,
        weighted(
          assets,
          weights.map((weight, index) => (has[index] ? weight : 0)),
        ),
      ];
    }),
  );
  return (license_type, at_ms) => {
    const draw = requirePresent(
      shelves.get(license_type),
      `There are no assets with the licence type ${license_type}.`,
    );
    for (;;) {
      const asset = draw(random);
      const terms = termsInForce(asset, license_type, at_ms);
      if (terms) return { asset, terms };
    }
  };
}
