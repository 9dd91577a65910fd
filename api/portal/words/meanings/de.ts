import { breaks, ownCures } from './breaks-de.ts';
import type { Meanings } from './en.ts';
import { exceptions } from './exceptions-de.ts';
import { jobs } from './jobs-de.ts';
import { unpaid } from './unpaid-de.ts';

/** The same in German. */
export const meanings: Meanings = {
  unpaid,
  exceptions,
  breaks,
  ownCures,
  jobs,
};
