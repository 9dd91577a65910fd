import { invariant } from '../../../warehouse/invariant.ts';
import { isCurrency, minorUnit, sumOf } from './amounts.ts';
import type { Carry, Royalty, StatementLine, Totals } from './books.ts';
import type { FactKind, Suspended } from './facts.ts';

interface OfPeriod {
  readonly royalties: readonly Royalty[];
  readonly lines: readonly StatementLine[];
  readonly carries: ReadonlyMap<string, Carry>;
  readonly suspended: ReadonlyMap<string, Suspended>;
  readonly suspendedBefore: ReadonlyMap<string, Suspended>;
}

/**
 * The totals of a period by currency. What buyers paid is with the creators, with the platform, carried, or in suspense: nothing
 * is left.
 */
export function totalsOf({ royalties, lines, carries, suspended, suspendedBefore }: OfPeriod): Totals[] {
  const rows = [...royalties, ...carries.values(), ...suspended.values(), ...suspendedBefore.values()];
  const currencies = new Set(rows.map((row) => row.currency).filter(isCurrency));
  return [...currencies].sort().map((currency) => {
    const of = <T extends { currency: string | undefined }>(rows: Iterable<T>): T[] =>
      [...rows].filter((row) => row.currency === currency);
    const gross = sumOf(of(royalties).map((row) => row.gross));
    const royalty = sumOf(of(royalties).map((row) => row.royalty));
    const creators = minorUnit(currency) * sumOf(of(lines).map(({ minor }) => minor));
    const rounding = sumOf(of(carries.values()).map(({ carriedIn, carriedOut }) => carriedOut - carriedIn));
    invariant(royalty === creators + rounding, `The fractions of ${currency} must be carried forward.`);
    const change = (kinds: readonly FactKind[]): bigint => {
      const inSuspense = (facts: ReadonlyMap<string, Suspended>): bigint =>
        sumOf(of(facts.values()).map(({ fact, amount = 0n }) => (kinds.includes(fact.kind) ? amount : 0n)));
      return inSuspense(suspended) - inSuspense(suspendedBefore);
    };
    const reductions = of(royalties).filter(({ kind }) => kind !== 'earning');
    const suspense = change(['sale', 'use', 'refund', 'outcome']);
    return {
      ...{ currency, creators, rounding, suspense, platformFee: gross - royalty, buyersNet: gross + suspense },
      refunds: -sumOf(reductions.map((row) => row.gross)) - change(['refund', 'outcome']),
    };
  });
}
