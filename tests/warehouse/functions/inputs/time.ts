import fc from 'fast-check';
import { type Inputs, type InputsByName, nullable } from './arbitrary.ts';

const DAY_MICROS = 86_400_000_000n;
const [FIRST_DAY, LAST_DAY] = [-719_162n, 2_932_896n];
function instantOf(micros: bigint): string {
  const below = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - below) / 1000n)).toISOString();
  return below === 0n ? text : text.replace('Z', `${below.toString().padStart(3, '0')}Z`);
}
const instants = fc.oneof(
  fc.bigInt({ min: FIRST_DAY * DAY_MICROS, max: (LAST_DAY + 1n) * DAY_MICROS - 1n }),
  fc.bigInt({ min: 0n, max: 2n ** 51n }),
  // Around midnight, where days and months change.
  fc
    .tuple(fc.bigInt({ min: FIRST_DAY + 1n, max: LAST_DAY }), fc.bigInt({ min: -1n, max: 1n }))
    .map(([day, more]) => day * DAY_MICROS + more),
);
const moments: Inputs = {
  types: ['timestamp'],
  edges: [
    ...[
      '0001-01-01T00:00:00.000Z',
      '0999-12-31T23:59:59.999999Z',
      '1000-01-01T00:00:00.000Z',
      '1582-10-10T12:00:00.000Z',
    ],
    ...[
      '1969-12-31T23:59:59.999999Z',
      '1970-01-01T00:00:00.000Z',
      '2024-02-29T23:59:59.999Z',
      '2026-03-29T01:30:00.000Z',
    ],
    ...['2026-11-01T06:30:00.000Z', '9999-12-31T23:59:59.999999Z', null],
  ].map((moment) => [moment]),
  random: fc.tuple(nullable(instants.map(instantOf))),
};

export const TIME_INPUTS: InputsByName = { month_of: moments, date_of: moments };
