import { Conflict } from '../../warehouse/errors.ts';
import { type BoundQuery, readQueries } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Close } from './closing.ts';

/**
 * The formats of the seal. One that books were closed in never changes: if a sealed table gets a column or another name, or anything
 * else is to be sealed, add a format here and to `reports/statement/verify-proof.ts`, and let closings use it.
 */
export interface Format {
  /** `scope`: `root`, or `nodes` for the hashes of each creator in a currency too. It reads the tables of the ledger. */
  sealed_hashes(period: Period, scope: 'root' | 'nodes', secret: string): BoundQuery;
}

const FORMATS: ReadonlyMap<bigint, Format> = new Map([
  [1n, readQueries(import.meta.url, 'format-1.queries.sql', { sealed_hashes: ['period', 'scope', 'secret'] })],
]);

/** The format in which this version closes. */
export const FORMAT_VERSION = 1n;

/** The format in which books were closed. Throws `Conflict` if this version does not know it. */
export function requireFormat({ period, format_version }: Pick<Close, 'period' | 'format_version'>): Format {
  const format = FORMATS.get(format_version);
  if (!format) {
    throw new Conflict(
      `The books of ${period} were closed in format ${format_version}, which this version does not know; use a newer version of Tantieme.`,
    );
  }
  return format;
}
