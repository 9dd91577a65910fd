import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURRENCIES, requireExponent } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { decimalOf, decimalToMinor, minorToDecimal, parseDecimal } from '../../warehouse/money.ts';

const nanos = fc.bigInt({ min: -(10n ** 37n) + 1n, max: 10n ** 37n - 1n });
const currency = fc.constantFrom(...CURRENCIES);
describe('a decimal', () => {
  test('is read back as it was written, for every amount that a column holds', () => {
    fc.assert(fc.property(nanos, (amount) => parseDecimal(decimalOf(amount)) === amount));
  });

  test('has a unique form', () => {
    fc.assert(fc.property(nanos, (amount) => /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/.test(decimalOf(amount))));
  });

  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['12.5', 12_500_000_000n],
    ['-0.000000001', -1n],
    ['9007199254740993.000000001', 9_007_199_254_740_993_000_000_001n],
  ])('%s is %s billionths', (text, amount) => expect(parseDecimal(text)).toBe(amount));

  test.each([
    ['1e3', 'an exponent'],
    ['1E-3', 'an exponent'],
    ['.5', 'no digit before the point'],
    ['5.', 'no digit after the point'],
    ['05', 'a leading zero'],
    ['+5', 'a plus'],
    ['1,5', 'a comma'],
    ['1 000', 'a space'],
    [' 1', 'a space'],
    ['1\n', 'a line break'],
    ['0.0000000001', 'ten places'],
    ['1'.repeat(29), 'too many digits'],
    ['NaN', 'no number'],
    ['Infinity', 'no number'],
    ['0x10', 'other digits'],
    ['', 'nothing'],
    ['١٢', 'digits of another script'],
  ])('%j is refused: %s', (text) => expect(() => parseDecimal(text)).toThrow(Rejected));
});

describe('minor units', () => {
  test('are converted back exactly, in every currency', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), currency, (minor, unit) => {
        const text = minorToDecimal(minor, unit);
        expect(decimalToMinor(text, unit)).toBe(minor);
        expect(text.split('.')[1]?.length ?? 0).toBe(requireExponent(unit));
      }),
    );
  });

  test.each([
    [1250n, 'USD', '12.50'],
    [-5n, 'USD', '-0.05'],
    [1250n, 'JPY', '1250'],
    [1250n, 'KWD', '1.250'],
    [0n, 'EUR', '0.00'],
    [-1n, 'CLF', '-0.0001'],
    [120_000_000_000n, 'IDR', '1200000000.00'],
    [900_000_000_000_000n, 'VND', '900000000000000'],
    [7n, 'ISK', '7'],
  ])('%s of %s are %s', (minor, unit, text) => expect(minorToDecimal(minor, unit)).toBe(text));

  test('a fraction of one is refused, and so is an unsupported currency', () => {
    expect(() => decimalToMinor('12.505', 'USD')).toThrow(
      new Rejected('12.505 USD is not a whole number of minor units.'),
    );
    expect(() => decimalToMinor('12.5', 'JPY')).toThrow(Rejected);
    expect(() => minorToDecimal(1n, 'XXX')).toThrow(new Rejected('The currency "XXX" is not supported.'));
    expect(() => minorToDecimal(1n, 'usd')).toThrow(Rejected);
    expect(() => requireExponent('toString')).toThrow(Rejected);
  });
});
