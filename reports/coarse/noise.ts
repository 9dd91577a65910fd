import { blindOf } from '../../transforms/ledger/canonical.ts';

/** The smaller, the more noise: a creator changes the odds of any published count by at most the factor e to this power. */
export const EPSILON = 1;

/**
 * Two-sided geometric noise for a count that one creator changes by at most one. `draw` gives random numbers from 0 to below 1. Source:
 * Ghosh, Roughgarden, Sundararajan, *Universally Utility-Maximizing Privacy Mechanisms*, https://arxiv.org/abs/0811.2841.
 */
export function geometricNoise(draw: () => number): number {
  return steps(draw) - steps(draw);
}

/** Numbers from 0 to below 1 that nobody knows without the secret of a closing, and that are the same whenever they are drawn again. */
export function drawsOf(secret: string): () => number {
  let count = 0;
  return () => {
    const drawn = blindOf(secret, 'noise of the coarse figures', String(count++));
    return Buffer.from(drawn, 'hex').readUIntBE(0, 6) / 2 ** 48;
  };
}

/** How often in a row a draw falls below e^−ε. */
function steps(draw: () => number): number {
  let count = 0;
  while (draw() < Math.exp(-EPSILON)) count++;
  return count;
}
