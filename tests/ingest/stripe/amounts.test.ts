import { describe, expect, test } from 'vitest';
import { minorOf, stripeAmountOf, transferableOf } from '../../../ingest/stripe/amounts.ts';
import { InvariantBroken } from '../../../warehouse/errors.ts';

describe('an amount of Stripe', () => {
  test.each([
    ['usd', 1250, 1250n],
    ['jpy', 1250, 1250n],
    ['kwd', 1250, 1250n],
    ['huf', 125000, 125000n],
    ['isk', 125000, 1250n],
    ['ugx', -125000, -1250n],
    ['mga', 1250, 125000n],
    ['usdc', 7, 7n],
  ])('of %s %i is %s minor units, and back', (currency, amount, minor) => {
    expect(minorOf(amount, currency)).toBe(minor);
    expect(stripeAmountOf(minor, currency.toUpperCase())).toBe(amount);
  });

  test.each([
    ['KWD', 79_992n, 79_990n],
    ['KWD', 9n, 0n],
    ['MGA', 8_000_480n, 8_000_400n],
    ['CLF', 79_992n, 79_992n],
    ['ISK', 7n, 7n],
    ['USD', 7n, 7n],
  ])('of %s is transferred up to %s as %s', (currency, minor, transferred) => {
    expect(transferableOf(minor, currency)).toBe(transferred);
  });

  test('is exact, or there is none', () => {
    expect(stripeAmountOf(2n ** 53n - 1n, 'VND')).toBe(2 ** 53 - 1);
    expect(stripeAmountOf(2n ** 53n, 'VND')).toBeUndefined();
    expect(stripeAmountOf(2n ** 53n - 1n, 'ISK')).toBeUndefined();
    expect(stripeAmountOf(1250n, 'MGA')).toBeUndefined();
    expect(() => minorOf(2 ** 53, 'usd')).toThrow(InvariantBroken);
    expect(() => minorOf(0.5, 'usd')).toThrow(InvariantBroken);
  });
});
