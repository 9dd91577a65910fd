import fc from 'fast-check';
import { type LineRecipe, statement } from './document.ts';

const hostile = fc.constantFrom(
  '=1+1',
  '+49',
  '-2',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\0=1',
  'a "b", c\r\nd',
  '',
  '日本語',
  '❤️ é',
  "'=x",
  '1984-01-01',
  '\u0001\uffff\u2028',
  '\u202eمرحبا\u200f 👩‍👩‍👧',
  'long '.repeat(200),
  '👩‍👩‍👧'.repeat(125),
);
const title = fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 80 }));

const line: fc.Arbitrary<LineRecipe> = fc
  .record({
    kind: fc.constantFrom('earning', 'refund', 'adjustment'),
    size: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    down: fc.boolean(),
    beyond: fc.bigInt({ min: 0n, max: 499_999n }).map((half) => half * 2n),
    asset: fc.constantFrom('asset_a', 'asset_b', 'asset_c', 'asset_d', 'asset_e', 'asset_f', 'asset_g', 'asset_h'),
    title,
    license: fc.constantFrom('one_time', 'subscription', 'metered'),
    earned: fc.constantFrom('2026-01', '2025-12'),
  })
  .map(({ size, down, kind, ...rest }) => {
    const minus = kind === 'refund' || (kind === 'adjustment' && down);
    return { ...rest, kind, minor: minus ? -size : size };
  });

/** Statements that add up, of any size and currency, with hostile texts. */
export const statements = fc
  .record({
    currency: fc.constantFrom('USD', 'JPY', 'KWD', 'IDR', 'CLF'),
    opening: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    lines: fc.array(line, { maxLength: 12 }),
    payouts: fc.array(fc.bigInt({ min: 1n, max: 10n ** 10n }), { maxLength: 3 }),
    tax: fc.option(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 10n }), { nil: undefined }),
    reversals: fc.array(fc.bigInt({ min: 1n, max: 10n ** 10n }), { maxLength: 2 }),
    name: title,
  })
  .map(({ tax, ...recipe }) => statement(tax === undefined ? recipe : { ...recipe, tax }));
