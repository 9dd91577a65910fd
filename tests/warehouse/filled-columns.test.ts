import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOfMicros, microsOfInstant } from '../../warehouse/clock.ts';
import { type Encoding, FilledColumn, rowsOfColumns } from '../../warehouse/filled-columns.ts';
import type { Value } from '../../warehouse/value.ts';

const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });

test('The microseconds of an instant are exact from year 1 to 9999', () => {
  const edges = [
    '1684-12-31T23:59:59.999999Z',
    '1685-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999999Z',
    '2254-12-31T23:59:59.999999Z',
    '2255-01-01T00:00:00.000Z',
  ];
  for (const edge of edges) expect(instantOfMicros(BigInt(microsOfInstant(edge)))).toBe(edge);
  fc.assert(fc.property(micros, (at) => BigInt(microsOfInstant(instantOfMicros(at))) === at));
  expect(BigInt(microsOfInstant('2026-01-31T23:59:59Z'))).toBe(1_769_903_999_000_000n);
  for (const other of ['', '2026-01-31', '31/01/2026 23:59:59', '+012026-01-31T23:59:59Z'])
    expect(() => microsOfInstant(other), other).toThrow(`"${other}" is not an instant.`);
});

test('A column gives back what was added to it, row by row', () => {
  const column = (encoding: Encoding, value: fc.Arbitrary<Value>) =>
    fc.record({ encoding: fc.constant(encoding), values: fc.array(fc.option(value, { freq: 3 }), { maxLength: 40 }) });
  const columns = fc.oneof(
    column('text', fc.string({ unit: 'grapheme' })),
    column('text', fc.constantFrom('same', 'é')),
    column('text', fc.integer()),
    column('text', fc.double({ noDefaultInfinity: true, noNaN: true })),
    column('text', fc.boolean()),
    column('instant', micros.map(instantOfMicros)),
  );
  fc.assert(
    fc.property(columns, ({ encoding, values }) => {
      const filled = new FilledColumn('it', encoding);
      for (const [row, value] of values.entries()) if (value !== null) filled.add(row, value);
      const rows = rowsOfColumns({ rowCount: values.length, columns: [filled] });
      // The engine has no negative zero.
      expect(rows.map(({ it = null }) => it)).toEqual(values.map((value) => (Object.is(value, -0) ? 0 : value)));
    }),
  );
});
