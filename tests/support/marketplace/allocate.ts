import { invariant } from '../../../warehouse/invariant.ts';

/** Rounds down, also below zero: floorDiv(-7n, 2n) = -4n. */
export function floorDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor !== 0n && value < 0n !== divisor < 0n ? quotient - 1n : quotient;
}

export interface Part {
  /** Breaks ties between equal remainders: the smaller key, in code-unit order, comes first. */
  readonly key: string;
  readonly weight: bigint;
}

/**
 * Splits a total by weight with the largest remainder method, so that the parts sum to the total exactly.
 * Weights are non-negative and not all zero; keys are distinct; the result is keyed by `key`.
 */
export function allocate(total: bigint, parts: readonly Part[]): Map<string, bigint> {
  const weights = parts.reduce((sum, part) => sum + part.weight, 0n);
  invariant(
    weights > 0n && parts.every((part) => part.weight >= 0n),
    'An allocation must have non-negative weights that are not all zero.',
  );
  const shares = parts.map(({ key, weight }) => {
    const floor = floorDiv(total * weight, weights);
    return { key, floor, rest: total * weight - floor * weights };
  });
  let left = total - shares.reduce((sum, share) => sum + share.floor, 0n);
  shares.sort((a, b) => (a.rest === b.rest ? (a.key < b.key ? -1 : 1) : a.rest > b.rest ? -1 : 1));
  const allocated = new Map(shares.map(({ key, floor }) => [key, left-- > 0n ? floor + 1n : floor]));
  invariant(allocated.size === parts.length, 'An allocation must have distinct keys.');
  return allocated;
}
