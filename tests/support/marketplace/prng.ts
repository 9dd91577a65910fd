/** Pseudo-random numbers, the same for the same seed. Fractions are only used to generate data, never to compute money. */
export interface Random {
  /** From 0 up to, not including, 1. */
  unit(): number;
  /** A whole number from low to high, both included. */
  between(low: number, high: number): number;
  /** From low to high, each order of magnitude equally likely: few are large. */
  logBetween(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** Chris Doty-Humphrey's sfc32; the seed, a whole number, is spread over its state by splitmix32. */
export function seeded(seed: number): Random {
  const next = sfc32(splitmix32(seed));
  const unit = (): number => next() / 2 ** 32;
  const between = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    unit,
    between,
    logBetween: (low, high) => low * (high / low) ** unit(),
    chance: (probability) => unit() < probability,
    pick: <T>(list: readonly T[]): T => {
      const picked = list[between(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('Nothing can be picked from an empty list.');
      return picked;
    },
  };
}

/** The weights of Zipf's law: the first of `count` weighs 1, the nth 1 / nᵉˣᵖᵒⁿᵉⁿᵗ. */
export function zipf(count: number, exponent: number): number[] {
  return Array.from({ length: count }, (_, rank) => (rank + 1) ** -exponent);
}

/** Draws from a list in proportion to the weights, which are in the order of the items. */
export function weighted<T>(items: readonly T[], weights: readonly number[]): (random: Random) => T {
  let sum = 0;
  const sums = items.map((_, index) => {
    sum += weights[index] ?? 0;
    return sum;
  });
  return (random) => {
    const wanted = random.unit() * sum;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? sum) > wanted) high = middle;
      else low = middle + 1;
    }
    const item = items[low];
    if (item === undefined) throw new RangeError('Nothing can be drawn from an empty list.');
    return item;
  };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

function sfc32(fill: () => number): () => number {
  let [a, b, c, counter] = [fill(), fill(), fill(), 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}
