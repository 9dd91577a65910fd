import { decimalOf, parseDecimal } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import { EPSILON } from './noise.ts';

/** How many creators a sum needs. */
export const THRESHOLD = 10;
/** How exactly the second largest creator of a sum may work out the largest, in percent of it. */
export const DOMINANCE_PERCENT = 10n;
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
  /** What is not shown by itself, by currency: it is in `other`, or nowhere. */
  readonly suppressed: {
    readonly currency: string;
    readonly license_types: string[];
    readonly is_in_other: boolean;
  }[];
}

export interface CoarseRequest {
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
    suppressed: decided.flatMap(({ currency, hidden, shown }) => {
      if (hidden.length === 0) return [];
      const license_types = hidden.map(({ name }) => name).sort();
      return [{ currency, license_types, is_in_other: shown.some(({ name }) => name === OTHER) }];
    }),
  };
}

interface Cell {
  readonly name: string;
  readonly sum: bigint;
  /** How much each creator moves the sum, in either direction, so that adding cells adds these. */
  readonly weights: ReadonlyMap<string, bigint>;
}

function cellsOf(contributions: readonly Contribution[]): readonly Cell[] {
  return [...Map.groupBy(contributions, ({ license_type }) => license_type)].map(([name, of]) => {
    const amounts = of.map(({ creator_id, royalty_amount }) => [creator_id, parseDecimal(royalty_amount)] as const);
    const sum = amounts.reduce((total, [, amount]) => total + amount, 0n);
    return { name, sum, weights: new Map(amounts.map(([id, amount]) => [id, amount < 0n ? -amount : amount])) };
  });
}

/**
 * Hides each cell that is not safe, and then the smallest others, until what is hidden is safe as a whole: otherwise it would follow from the
 * total, or be a single cell under another name.
 */
function decide(cells: readonly Cell[]): { readonly shown: readonly Cell[]; readonly hidden: readonly Cell[] } {
  const hidden = cells.filter((cell) => !isSafe(cell));
  const safe = cells.filter(isSafe).sort((a, b) => compare(weightOf(a), weightOf(b)) || compare(a.name, b.name));
  while (hidden.length > 0 && !isSafe(merged(hidden))) {
    const next = safe.shift();
    if (!next) return { shown: [], hidden };
    hidden.push(next);
  }
  return { shown: hidden.length > 0 ? [...safe, merged(hidden)] : safe, hidden };
}

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function merged(cells: readonly Cell[]): Cell {
  const weights = new Map<string, bigint>();
  for (const cell of cells) {
    for (const [creator, weight] of cell.weights) weights.set(creator, (weights.get(creator) ?? 0n) + weight);
  }
  return { name: OTHER, sum: cells.reduce((total, { sum }) => total + sum, 0n), weights };
}

const weightOf = ({ weights }: Cell): bigint => [...weights.values()].reduce((total, weight) => total + weight, 0n);

function isSafe(cell: Cell): boolean {
  if (cell.weights.size < THRESHOLD) return false;
  const [largest = 0n, second = 0n] = [...cell.weights.values()].sort((a, b) => compare(b, a));
  return (weightOf(cell) - largest - second) * 100n >= DOMINANCE_PERCENT * largest;
}
