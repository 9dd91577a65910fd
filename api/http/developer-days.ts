import { Type } from 'typebox';
import { DAY_MS, instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';

/** The longest time that is read at once. */
export const MOST_DAYS = 92;

export const DAYS = {
  from: Type.String({ format: 'date', examples: ['2026-01-01'], description: 'The first day, in UTC.' }),
  until: Type.String({ format: 'date', examples: ['2026-01-31'], description: 'The last day.' }),
};

/** The instants at which the days begin and end. Throws `Rejected` for too many days, or none. */
export function requireInstants({ from, until }: { from: string; until: string }): { from: string; until: string } {
  const [start, end] = [Date.parse(from), Date.parse(until) + DAY_MS];
  if (end <= start) throw new Rejected(`The last day ${until} is before the first one ${from}; turn them round.`);
  if (end - start > MOST_DAYS * DAY_MS)
    throw new Rejected(`From ${from} to ${until} are more than ${MOST_DAYS} days; ask for fewer at once.`);
  return { from: instant(start), until: instant(end) };
}
