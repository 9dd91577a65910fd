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

const dayOf = (days: bigint): string => instantOf(days * DAY_MICROS).slice(0, '2026-01-31'.length);
const dates: Inputs = {
  types: ['date'],
  edges: ['0001-01-01', '0999-12-31', '1582-10-10', '1969-12-31', '2024-02-29', '2026-03-29', '9999-12-31', null].map(
    (day) => [day],
  ),
  random: fc.tuple(nullable(fc.bigInt({ min: FIRST_DAY, max: LAST_DAY }).map(dayOf))),
};

const month = fc.bigInt({ min: FIRST_DAY, max: LAST_DAY }).map((days) => dayOf(days).slice(0, '2026-01'.length));
const months: Inputs = {
  types: ['string'],
  edges: ['0001-01', '1900-02', '2000-02', '2024-02', '2026-02', '2026-04', '9999-12', null].map((month) => [month]),
  random: fc.tuple(nullable(month)),
};

const pairsOfMonths: Inputs = {
  types: ['string', 'string'],
  edges: [
    ['2026-01', '2026-02'],
    ['2026-02', '2026-01'],
    ['2026-01', '2026-01'],
    ['2025-12', '2026-01'],
    ['2026-01', null],
    [null, '2026-01'],
    [null, null],
  ],
  random: fc.tuple(nullable(month), nullable(month)),
};

/** As many days as a month has at most, so that the last date has no overflow. */
const daysAfter: Inputs = {
  types: ['date', 'int64'],
  edges: [
    ['2024-02-28', 1n],
    ['2026-02-28', 1n],
    ['2026-12-31', 31n],
    ['2026-01-01', 0n],
    [null, 1n],
    ['2026-01-01', null],
  ],
  random: fc.tuple(
    nullable(fc.bigInt({ min: FIRST_DAY, max: LAST_DAY - 31n }).map(dayOf)),
    nullable(fc.bigInt({ min: 0n, max: 31n })),
  ),
};

/** From 1970 on. */
const laterMoments: Inputs = {
  types: ['timestamp'],
  edges: [
    '1970-01-01T00:00:00.000Z',
    '1970-01-01T23:59:59.999999Z',
    '2024-02-29T23:59:59.999Z',
    '9999-12-31T23:59:59.999999Z',
    null,
  ].map((moment) => [moment]),
  random: fc.tuple(
    nullable(
      fc
        .oneof(
          fc.bigInt({ min: 0n, max: (LAST_DAY + 1n) * DAY_MICROS - 1n }),
          fc
            .tuple(fc.bigInt({ min: 1n, max: LAST_DAY }), fc.bigInt({ min: -1n, max: 1n }))
            .map(([day, more]) => day * DAY_MICROS + more),
        )
        .map(instantOf),
    ),
  ),
};

export const TIME_INPUTS: InputsByName = {
  month_of: moments,
  booked_in: pairsOfMonths,
  date_of: moments,
  start_of_day: dates,
  last_day_of: months,
  add_days: daysAfter,
  day_number: laterMoments,
  hour_number: laterMoments,
};
