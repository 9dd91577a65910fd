import { Rejected } from '../../warehouse/errors.ts';

/** The engine needs this much for the work that is given the least. */
const LEAST_MEBIBYTES = 256;
const BYTES: Readonly<Record<string, number>> = {
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A size in the notation of DuckDB. Throws `Rejected` for another text, and for less than the engine needs. */
export function parseMemorySize(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?([MGT]i?B)$/.exec(text) ?? [];
  if (count === undefined) throw new Rejected(`${JSON.stringify(text)} is not a size such as 512MB or 8GiB.`);
  const size = `${count}${unit}`;
  if (bytesIn(size) < LEAST_MEBIBYTES * 2 ** 20) {
    throw new Rejected(`${text} is too little; the engine needs at least ${LEAST_MEBIBYTES}MiB.`);
  }
  return size;
}

/** The bytes of a size that `parseMemorySize` returned. */
export function bytesIn(size: string): number {
  return Number(size.replace(/[A-Za-z]+$/, '')) * (BYTES[size.replace(/^[\d.]+/, '')] ?? 0);
}
