import { type Field, int, month, timestamp } from './field.ts';

/** When things happened, when they were recorded, and in which period they stand. */
export const TIME_FIELDS = {
  occurred_at: timestamp('When it happened.'),
  recorded_at: timestamp('When the warehouse first held it.'),
  earned_period: month('The period in which it happened.'),
  period: month('The period in whose books it stands.'),
  next_period: month('The period after it.'),
  period_starts_at: timestamp('The first instant of the period.'),
  period_ends_at: timestamp('The first instant after the period.'),
  ordinal: int('1, 2, 3 …'),
  minor_per_unit: int('Minor units in one unit of a currency: 100 for USD, 1 for JPY.'),
} satisfies Record<string, Field>;
