import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { Rejected } from '../../warehouse/errors.ts';

/** Absolute folders, and `s3://bucket/prefix`, with everything below them. */
export type Places = readonly string[];

/** Parses a list separated by commas. Throws `Rejected`. */
export function parsePlaces(text: string): Places {
  return text.split(',').map((item) => {
    const place = item.trim();
    if (/^s3:\/\/[a-z0-9][a-z0-9.-]+[a-z0-9](\/.*)?$/.test(place)) return place.replace(/\/+$/, '');
    if (isAbsolute(place)) return resolve(place);
    throw new Rejected(`${JSON.stringify(place)} is neither an absolute path of a folder nor s3://bucket/prefix.`);
  });
}

/** Throws `Rejected` unless an address is one of the places or below one. `..` is resolved, links are not: see `realPathWithin`. */
export function assertWithin(address: string, places: Places): void {
  if (isWithin(isBucket(address) ? address : resolve(address), places)) return;
  throw new Rejected(
    `${address} cannot be read with an API key: ${places.length === 0 ? 'no folder or bucket is released for that' : `only ${places.join(', ')} and what is below are released for that`}; set TANTIEME_INGEST_FROM, or run "tantieme ingest" on the machine.`,
  );
}

/**
 * Returns the function that resolves the links in a path. It gives undefined for a path that leads out of the places, and throws what
 * `realpath` throws.
 */
export async function realPathWithin(places: Places): Promise<(path: string) => Promise<string | undefined>> {
  const folders = places.filter((place) => !isBucket(place));
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return async (path) => {
    const found = await realpath(path);
    return isWithin(found, real) ? found : undefined;
  };
}

const isBucket = (address: string): boolean => address.startsWith('s3:');

function isWithin(address: string, places: Places): boolean {
  const separator = isBucket(address) ? '/' : sep;
  return places.some(
    (place) => address === place || address.startsWith(place.endsWith(separator) ? place : place + separator),
  );
}
