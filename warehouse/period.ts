import { Rejected } from './errors.ts';

/** A calendar month in UTC, `2026-01`: from its first instant up to, not including, that of the next month. */
export type Period = string & { readonly __period: unique symbol };

/** Throws `Rejected` unless the text names a month from 0001-01 to 9999-12. */
export function parsePeriod(text: string): Period {
  if (!/^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$/.test(text)) {
    throw new Rejected(`${JSON.stringify(text)} is not a period; write a month like 2026-01.`);
  }
  return text as Period;
}

export function nextPeriod(period: Period): Period {
  return shift(period, 1);
}

export function previousPeriod(period: Period): Period {
  return shift(period, -1);
}

/** The first instant of the period, in milliseconds since the epoch. */
export function periodStart(period: Period): number {
  return Date.parse(`${period}-01T00:00:00.000Z`);
}

/** The first instant after the period, in milliseconds since the epoch. */
export function periodEnd(period: Period): number {
  return periodStart(nextPeriod(period));
}

export function periodOf(epochMs: number): Period {
  return parsePeriod(new Date(epochMs).toISOString().slice(0, 7));
}

function shift(period: Period, months: number): Period {
  const index = Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) - 1 + months;
  const year = String(Math.floor(index / 12)).padStart(4, '0');
  return parsePeriod(`${year}-${String((index % 12) + 1).padStart(2, '0')}`);
}
