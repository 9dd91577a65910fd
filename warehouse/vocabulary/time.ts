import { bool, date, type Field, int, month, text, timestamp } from './field.ts';

/** Business time, system time, and accounting periods. */
export const TIME_FIELDS = {
  occurred_at: timestamp('When it happened (business time).'),
  recorded_at: timestamp('When the warehouse first recorded it (system time).'),
  earned_period: month(
    'The period in which it happened; of a refund, lost dispute or correction, that of its sale or use.',
  ),
  credited_period: month(
    'The period in which the sale or use was booked that a refund, lost dispute or correction changes.',
  ),
  period: month('The period in which it is booked.'),
  next_period: month('The next period.'),
  period_starts_at: timestamp('The first instant of the period.'),
  period_ends_at: timestamp('The first instant after the period.'),
  date_on: date('A day in UTC.'),
  quarter: text('The quarter of a year.', { pattern: '^[0-9]{4}-Q[1-4]$', example: '2026-Q1' }),
  calendar_year: text('The year.', { pattern: '^[0-9]{4}$', example: '2026' }),
  is_closed: bool('Whether the books of the period are closed.'),
  ordinal: int('A position, counted from 1.'),
  minor_per_unit: int('The number of minor units in one unit of a currency: 100 for USD, 1 for JPY.'),
} satisfies Record<string, Field>;
