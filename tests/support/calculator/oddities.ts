import type { Random } from '../marketplace/prng.ts';

/** Amounts, units, rates and holders as they may lie in a raw table. */

export const RATES: readonly string[] = [
  ...['0', '0.001', '0.0004', '0.333333333', '0.000000001', '7', '123456.789', '0.07', '1.005', '9999.999999999'],
];

export const UNITS: readonly (string | null)[] = [
  ...['0', '1', '1', '2', '3', '0.5', '0.000000001', '12345.678', '333333', '999999999', '5000000000', '17', '4.5'],
  ...['ten', '-1', null, ''],
];

/** The whole minor units of a sale: nothing, few, odd, many, the most that can be booked, too many. */
export function saleMinor(random: Random): bigint {
  return random.pick([
    ...[0n, 1n, 2n, 3n, 7n, 99n, 101n, 1000n, 4999n, 12345n, 99999n],
    ...[120_000_000_000n, 10n ** 15n - 1n, 10n ** 15n, 10n ** 15n + 1n],
  ]);
}

/** Now and then a text that is no amount, or not one that can be paid. */
export function badAmount(random: Random): string | null | undefined {
  return random.chance(0.05)
    ? random.pick(['ten', '-1', '-0.01', '1.0001', '0.000000001', null, '', '1e3'])
    : undefined;
}

const SHARES: readonly (readonly number[])[] = [
  ...[[10000], [5000, 5000], [3333, 3333, 3334], [1, 9999], [1429, 1429, 1429, 5713], [6667, 3333], [2500, 2500, 5000]],
];

/** Holders of an asset: mostly with uneven shares, one perhaps named twice; sometimes too much, too little, or unreadable. */
export function splitsOf(random: Random, creators: readonly string[]): string | null {
  if (random.chance(0.08)) {
    const [creator_id = ''] = creators;
    const half = `{"creator_id":"${creator_id}","share_bps":5000}`;
    return random.pick([
      '{',
      null,
      '',
      '[]',
      '{}',
      `[${half}`,
      `[{"creator_id":"${creator_id}","share_bps":1.5}]`,
      `[{"creator_id":"${creator_id}"}]`,
      `[{"creator_id":"${creator_id}","share_bps":"10000"}]`,
      `[${half},{"creator_id":"${creator_id}","share_bps":5000,"note":"x"}]`,
    ]);
  }
  const shares = random.pick(SHARES).map((share) => (random.chance(0.04) ? share + random.pick([-1, 1]) : share));
  const from = random.between(0, creators.length - 1);
  const holders = shares.map((share_bps, index) => ({
    // More holders than creators name one of them twice.
    creator_id: creators[(from + (random.chance(0.1) ? 0 : index)) % creators.length],
    share_bps: Math.max(0, share_bps),
  }));
  return random.chance(0.2) ? JSON.stringify(holders, null, 1) : JSON.stringify(holders);
}

/** Some refunds and disputes have a tax; in some currencies half a unit is no whole minor unit. */
export function taxOf(number: number): string | null {
  return ['0', '0.25', '1', '0.5', null][number % 5] ?? null;
}
