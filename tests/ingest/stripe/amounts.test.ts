import { describe, expect, test } from 'vitest';
import { minorOf, stripeAmountOf } from '../../../ingest/stripe/amounts.ts';
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

  test('is exact, or there is none', () => {
    expect(stripeAmountOf(2n ** 53n - 1n, 'VND')).toBe(2 ** 53 - 1);
    expect(stripeAmountOf(2n ** 53n, 'VND')).toBeUndefined();
    expect(stripeAmountOf(2n ** 53n - 1n, 'ISK')).toBeUndefined();
    expect(stripeAmountOf(1250n, 'MGA')).toBeUndefined();
    expect(() => minorOf(2 ** 53, 'usd')).toThrow(InvariantBroken);
    expect(() => minorOf(0.5, 'usd')).toThrow(InvariantBroken);
  });
});
