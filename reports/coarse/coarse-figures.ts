import { decimalOf, parseDecimal } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import { LICENSE_TYPES } from '../../warehouse/vocabulary/terms.ts';
import { EPSILON } from './noise.ts';

/** How many creators a sum needs. */
export const THRESHOLD = 10;
/** How exactly the second largest creator of a sum may work out the largest, in percent of it. */
const DOMINANCE_PERCENT = 10n;
/** The licence type of what was merged. */
export const OTHER = 'other';

/** What a creator earned, less what was taken back. */
export interface Contribution {
  readonly currency: string;
  readonly license_type: string;
  readonly creator_id: string;
  readonly royalty_amount: string;
}

export interface CoarseFigures {
  readonly period: Period;
  /** Of the closing. */
  readonly seal: string;
  readonly rules: { readonly threshold: number; readonly dominance_percent: number; readonly epsilon: number };
  /** How many creators earned something, with noise. */
  readonly creator_count: number;
  readonly royalties: {
    readonly currency: string;
    /** `other` for several that are published together. */
    readonly license_type: string;
    readonly royalty_amount: string;
  }[];
  /**
   * The licence types that are in `other`, by currency: all that are not shown by themselves, whether somebody earned in them or not. Of a currency of
   * which nothing is shown nothing is said.
   */
  readonly suppressed: { readonly currency: string; readonly license_types: string[] }[];
}

interface CoarseRequest {
  readonly period: Period;
  readonly seal: string;
  readonly contributions: readonly Contribution[];
  /** The noise of the count: a whole number. */
  readonly noise: number;
}

/** The figures of a closed period that may leave the platform. */
export function coarseFigures({ period, seal, contributions, noise }: CoarseRequest): CoarseFigures {
  const earned = contributions.filter(({ royalty_amount }) => parseDecimal(royalty_amount) !== 0n);
  const decided = [...Map.groupBy(earned, ({ currency }) => currency)].map(([currency, of]) => ({
    currency,
    ...decide(cellsOf(of)),
  }));
  return {
    period,
    seal,
    rules: { threshold: THRESHOLD, dominance_percent: Number(DOMINANCE_PERCENT), epsilon: EPSILON },
    creator_count: Math.max(0, new Set(earned.map(({ creator_id }) => creator_id)).size + noise),
    royalties: decided.flatMap(({ currency, shown }) =>
      shown.map(({ name, sum }) => ({ currency, license_type: name, royalty_amount: decimalOf(sum) })),
    ),
    suppressed: decided.flatMap(({ currency, shown }) => {
      const names = shown.map(({ name }) => name);
      if (!names.includes(OTHER)) return [];
      return [{ currency, license_types: LICENSE_TYPES.filter((type) => !names.includes(type)).sort() }];
    }),
  };
}

interface Cell {
  readonly name: string;
  readonly sum: bigint;
  /** What each creator adds to the sum, or takes from it. */
  readonly amounts: ReadonlyMap<string, bigint>;
}

function cellsOf(contributions: readonly Contribution[]): readonly Cell[] {
  return [...Map.groupBy(contributions, ({ license_type }) => license_type)].map(([name, of]) => {
    const amounts = of.map(({ creator_id, royalty_amount }) => [creator_id, parseDecimal(royalty_amount)] as const);
    return { name, sum: amounts.reduce((total, [, amount]) => total + amount, 0n), amounts: new Map(amounts) };
  });
}

/**
 * Hides each cell that is not safe, and then the smallest others, until every sum of what is shown is safe, with what is hidden as one cell:
 * otherwise a creator would follow from the total, or be a single cell under another name. Cells that are safe may have a sum that is not: what
 * creators earned in one and gave back in another is nothing of it.
 */
function decide(cells: readonly Cell[]): { readonly shown: readonly Cell[]; readonly hidden: readonly Cell[] } {
  const hidden = cells.filter((cell) => !isSafe(cell));
  const safe = cells.filter(isSafe).sort((a, b) => compare(weightOf(a), weightOf(b)) || compare(a.name, b.name));
  const shown = (): readonly Cell[] => (hidden.length > 0 ? [...safe, merged(hidden)] : safe);
  while (!sumsOf(shown()).every(isSafe)) {
    const next = safe.shift();
    if (!next) return { shown: [], hidden };
    hidden.push(next);
  }
  return { shown: shown(), hidden };
}

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** The sums that a reader can make of cells: each of them, and of any of them together. */
function sumsOf(cells: readonly Cell[]): readonly Cell[] {
  const sums: Cell[] = [];
  for (const cell of cells) sums.push(cell, ...sums.map((sum) => merged([sum, cell])));
  return sums;
}

function merged(cells: readonly Cell[]): Cell {
  const amounts = new Map<string, bigint>();
  for (const cell of cells) {
    for (const [creator, amount] of cell.amounts) amounts.set(creator, (amounts.get(creator) ?? 0n) + amount);
  }
  return { name: OTHER, sum: cells.reduce((total, { sum }) => total + sum, 0n), amounts };
}

/** How much each creator moves the sum, in either direction; those who do not are not in it. */
const weightsOf = ({ amounts }: Cell): bigint[] =>
  [...amounts.values()].filter((amount) => amount !== 0n).map((amount) => (amount < 0n ? -amount : amount));

const weightOf = (cell: Cell): bigint => weightsOf(cell).reduce((total, weight) => total + weight, 0n);

function isSafe(cell: Cell): boolean {
  const weights = weightsOf(cell).sort((a, b) => compare(b, a));
  if (weights.length < THRESHOLD) return false;
  const [largest = 0n, second = 0n] = weights;
  return (weightOf(cell) - largest - second) * 100n >= DOMINANCE_PERCENT * largest;
}
