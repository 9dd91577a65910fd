import { floorDiv } from '../marketplace/allocate.ts';
import { minorFloor, minorUnit, sumOf } from './amounts.ts';
import { type Carry, keyOf, type Royalty, type StatementLine } from './books.ts';
import { compareTexts } from './facts.ts';

/** The statement lines of a period and the fractions carried out of it (rulings 26 and 27). */
export function stated(
  royalties: readonly Royalty[],
  carriedBefore: ReadonlyMap<string, Carry>,
): { lines: StatementLine[]; carries: Map<string, Carry> } {
  const statements = new Map<string, StatementLine[]>();
  for (const line of linesOf(royalties)) statements.set(keyOf(line), [...(statements.get(keyOf(line)) ?? []), line]);
  const carries = new Map<string, Carry>();
  for (const [key, { creatorId, currency, carriedOut }] of carriedBefore)
    carries.set(key, { creatorId, currency, carriedIn: carriedOut, carriedOut });
  for (const [key, lines] of statements) {
    const [{ creatorId, currency }] = lines as [StatementLine];
    const carriedIn = carriedBefore.get(key)?.carriedOut ?? 0n;
    carries.set(key, { creatorId, currency, carriedIn, carriedOut: rounded(lines, carriedIn) });
  }
  return { lines: [...statements.values()].flat(), carries };
}

/** One line per creator, currency, kind, terms, fee and month in which it was earned; each correction has a line of its own. */
function linesOf(royalties: readonly Royalty[]): StatementLine[] {
  const groups = Map.groupBy(royalties, ({ kind, terms, earned, feeBps, correction, ...of }) =>
    [keyOf(of), kind, terms.id, earned, feeBps, correction?.id].join(':'),
  );
  return [...groups.values()].map((group) => {
    const [{ creatorId, currency, kind, terms, feeBps, earned, correction }] = group as [Royalty];
    const sum = (of: 'count' | 'units' | 'gross' | 'royalty'): bigint => sumOf(group.map((royalty) => royalty[of]));
    return {
      ...{ creatorId, currency, kind, termsId: terms.id, feeBps, earned, correction },
      ...{ count: sum('count'), units: sum('units'), gross: sum('gross'), royalty: sum('royalty') },
      minor: 0n,
    };
  });
}

/** Rounds the lines of one statement to minor units, and returns the fraction that is left. */
function rounded(lines: StatementLine[], carriedIn: bigint): bigint {
  const currency = lines[0]?.currency ?? '';
  const unit = minorUnit(currency);
  const fractionOf = ({ royalty }: StatementLine): bigint => royalty - minorFloor(royalty, currency) * unit;
  const fractions = carriedIn + sumOf(lines.map(fractionOf));
  let whole = floorDiv(fractions, unit);
  const carriedOut = fractions - whole * unit;
  const largestFirst = [...lines].sort(
    (a, b) =>
      Number(fractionOf(b) - fractionOf(a)) ||
      compareTexts(a.termsId, b.termsId) ||
      Number(a.feeBps - b.feeBps) ||
      compareTexts(a.kind, b.kind) ||
      compareTexts(a.earned, b.earned) ||
      compareTexts(a.correction?.id ?? '', b.correction?.id ?? ''),
  );
  for (const line of largestFirst) line.minor = minorFloor(line.royalty, currency) + (whole-- > 0n ? 1n : 0n);
  return carriedOut;
}
