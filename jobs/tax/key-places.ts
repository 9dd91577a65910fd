import { Rejected, Unavailable } from '../../warehouse/errors.ts';
import { readTaxKeys } from './key-file.ts';
import { isKmsKeyArn, type KmsKey, taxKeysInKms } from './kms-keys.ts';
import type { TaxKeys } from './tax-keys.ts';

/** Where master keys are: in a file, or one in AWS KMS. */
export type KeyPlace = { readonly kind: 'file'; readonly path: string } | ({ readonly kind: 'kms' } & KmsKey);

/**
 * The places of `file:PATH` and `aws-kms:ARN`, separated by commas: the first one wraps, and the others still unwrap until all keys are rotated.
 * Throws `Rejected`.
 */
export function parseKeyPlaces(text: string): readonly KeyPlace[] {
  const places = text.split(',').map((each) => parsePlace(each.trim()));
  if (places.filter(({ kind }) => kind === 'file').length > 1) {
    throw new Rejected('name one file of keys only; it may have several keys.');
  }
  return places;
}

function parsePlace(text: string): KeyPlace {
  const [, kind, rest = ''] = /^(file|aws-kms):(.+)$/s.exec(text) ?? [];
  if (kind === 'file') return { kind, path: rest };
  if (kind === 'aws-kms' && isKmsKeyArn(rest)) return { kind: 'kms', arn: rest };
  throw new Rejected(
    `${JSON.stringify(text)} is no place of keys; write file:PATH, or aws-kms: with the ARN of a key, not of an alias: aws-kms:arn:aws:kms:eu-central-1:111122223333:key/….`,
  );
}

/** The master keys of all places. Each key is unwrapped where its id says that it is. */
export function openTaxKeys(places: readonly KeyPlace[]): TaxKeys {
  const opened = places.map((place) =>
    place.kind === 'file'
      ? { keys: readTaxKeys(place.path), holds: (id: string) => !isKmsKeyArn(id) }
      : { keys: taxKeysInKms(place), holds: (id: string) => id === place.arn },
  );
  const [current] = opened;
  if (!current) throw new Rejected('There is no place of keys.');
  return {
    currentKeyId: () => current.keys.currentKeyId(),
    wrap: (dataKey, context) => current.keys.wrap(dataKey, context),
    async unwrap(wrapped, context) {
      const place = opened.find(({ holds }) => holds(wrapped.masterKeyId));
      if (place) return place.keys.unwrap(wrapped, context);
      throw new Unavailable(
        `Tax profiles that were sealed under the key ${wrapped.masterKeyId} cannot be opened: TANTIEME_TAX_KEYS does not name its place; add it after the first one.`,
      );
    },
  };
}
